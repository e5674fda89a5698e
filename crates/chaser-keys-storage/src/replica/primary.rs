//! Which PostgreSQL this node follows, and whether its record of nodes can be relied on.
//!
//! A standby that takes over may not know of every node that registered with its predecessor. So a revoke waits
//! in full until some node has followed the new primary for W: by then every lease from before is over. The
//! moment is written into the database, so that a node started in between waits as well.

use std::time::Duration;

use super::boot_clock::Moment;
use super::round::{Facts, RoundError};
use super::session::Session;

/// A PostgreSQL server, and since when this node has followed it.
#[derive(Clone, Debug)]
pub(super) struct Primary {
    /// System identifier and timeline, as `primary_identity()` writes them.
    identity: String,
    followed_since: Moment,
}

impl Primary {
    /// The one that the first load came from.
    pub(super) fn followed_from_now(facts: &Facts) -> Self {
        Self { identity: facts.identity.clone(), followed_since: Moment::now() }
    }

    /// Refuses to go on with another server: what it knows is not what this node has read.
    pub(super) fn must_be_the_one_that_answered(&self, facts: &Facts) -> Result<(), RoundError> {
        if facts.identity == self.identity {
            Ok(())
        } else {
            Err(RoundError::StartOver("another PostgreSQL has taken over"))
        }
    }

    /// Ends the time in which revokes wait in full, once this node has followed the server for W.
    pub(super) async fn vouch(
        &self,
        session: &Session,
        facts: &Facts,
        wait: Duration,
    ) -> Result<(), RoundError> {
        let is_known = facts.recorded_identity == self.identity;
        if !is_known && Moment::now().since(self.followed_since) >= wait {
            session.record_primary(&self.identity).await?;
            tracing::info!("another PostgreSQL has taken over, and all leases from before have ended");
        }
        Ok(())
    }
}
