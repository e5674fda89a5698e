//! Deletes the rows of nodes that have died, so that no later revoke waits for them.

use uuid::Uuid;

use super::boot_instant::BootInstant;
use super::feed_connection::FeedConnection;
use super::membership::Member;
use super::round_error::RoundError;
use super::shared::Replica;

impl Replica {
    /// Sweeps the members that have died. Left to the servers where this node's role may not.
    pub(super) async fn sweep(
        &self,
        connection: &FeedConnection,
        own: Uuid,
        members: &[Member],
    ) -> Result<(), RoundError> {
        if !connection.may_delete_nodes {
            return Ok(());
        }
        for member in members.iter().filter(|member| member.node_id != own) {
            if self.members.is_dead(member, BootInstant::now())
                && connection.delete_node(member.node_id, Some(member.beat)).await?
            {
                tracing::warn!(node_id = %member.node_id, "swept a node that has shown no sign of life");
            }
        }
        Ok(())
    }
}
