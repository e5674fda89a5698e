//! How the copy of the keys is doing, for `/readyz` and people.

use std::sync::PoisonError;
use std::sync::atomic::Ordering;
use std::time::Duration;

use super::boot_instant::BootInstant;
use super::shared::Replica;

/// A look at this node's copy of the keys.
#[derive(Clone, Copy, Debug)]
pub struct NodeStatus {
    /// How long this node may still answer without another proof; zero: it does not serve.
    pub lease_left: Duration,
    /// Since the last proof that this node knows everything; since the machine's start, if there was none.
    pub proof_age: Duration,
    /// The last change that is in memory.
    pub applied_revision: i64,
    /// The last change that this node has heard of.
    pub latest_revision: i64,
    /// Keys in memory, ended ones too until the node starts over.
    pub keys: usize,
    /// Whether keys were made with a pepper that this node does not have, so that it has no answer for unknown ones.
    pub lacks_a_pepper: bool,
    /// Nodes that this one knows of, itself included.
    pub members: usize,
    /// Rounds begun since the process started.
    pub rounds: u64,
}

impl Replica {
    pub(crate) fn is_serving(&self) -> bool {
        self.lease.holds_at(BootInstant::now())
    }

    /// Waits until this node answers for keys.
    pub(crate) async fn until_serving(&self) {
        let mut proved = self.proved_at.subscribe();
        // The sender lives as long as the replica.
        _ = proved.wait_for(|_| self.is_serving()).await;
    }

    /// Why the feed was interrupted last, if it ever was.
    pub(crate) fn last_failure(&self) -> Option<String> {
        self.last_failure.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn status(&self) -> NodeStatus {
        let now = BootInstant::now();
        NodeStatus {
            lease_left: now.until(self.lease.ends_at()),
            proof_age: now.since(*self.proved_at.borrow()),
            applied_revision: self.metrics.applied_rev(),
            latest_revision: self.metrics.latest_rev(),
            keys: self.index.load().len(),
            lacks_a_pepper: self.lacks_a_pepper(),
            members: self.members.count(),
            rounds: self.rounds.load(Ordering::Relaxed),
        }
    }
}
