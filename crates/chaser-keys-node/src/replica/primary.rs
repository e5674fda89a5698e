//! Which PostgreSQL this node follows, and whether its record of nodes can be relied on.
//!
//! A standby that takes over may not know of every node that registered with its predecessor. So a revoke waits
//! in full until some node has followed the new primary for W: by then every lease from before is over. That
//! is recorded in the database, so that a node started in between waits as well.

use std::time::Duration;

use super::boot_instant::BootInstant;
use super::changes::RoundHeader;
use super::feed_connection::FeedConnection;
use super::round_error::RoundError;

/// A PostgreSQL server, and since when this node has followed it.
#[derive(Clone, Debug)]
pub(super) struct Primary {
    /// System identifier and timeline, as `primary_identity()` writes them.
    identity: String,
    followed_since: BootInstant,
}

impl Primary {
    /// The server that the first load came from.
    pub(super) fn followed_from_now(header: &RoundHeader) -> Self {
        Self { identity: header.identity.clone(), followed_since: BootInstant::now() }
    }

    /// Refuses to go on with another server: what it knows is not what this node has read.
    pub(super) fn check_unchanged(&self, header: &RoundHeader) -> Result<(), RoundError> {
        if header.identity == self.identity {
            Ok(())
        } else {
            Err(RoundError::StartOver("another PostgreSQL has taken over"))
        }
    }

    /// Ends the time in which revokes wait in full, once this node has followed the server for W. Left to a server where
    /// this node's role may not write it.
    pub(super) async fn record_if_settled(
        &self,
        connection: &FeedConnection,
        header: &RoundHeader,
        wait: Duration,
    ) -> Result<(), RoundError> {
        let is_recorded = header.recorded_identity == self.identity;
        let is_settled = BootInstant::now().since(self.followed_since) >= wait;
        if !is_recorded && is_settled && connection.may_record_primary {
            connection.record_primary(&self.identity).await?;
            tracing::info!("another PostgreSQL has taken over, and all leases from before have ended");
        }
        Ok(())
    }
}
