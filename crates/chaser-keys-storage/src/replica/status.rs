//! How the copy of the keys is doing, for `/readyz`, `/metrics` and people.

use std::time::Duration;

use super::Replica;
use super::boot_clock::Moment;

/// A look at this node's copy of the keys.
#[derive(Clone, Copy, Debug)]
pub struct ReplicaStatus {
    /// How long this node may still answer without another proof; zero: it does not serve.
    pub lease_left: Duration,
    /// Keys in memory, ended ones too until the node starts over.
    pub keys: usize,
    /// Nodes that this one knows of, itself included.
    pub members: usize,
    /// Rounds begun since the process started.
    pub rounds: u64,
}

impl Replica {
    pub(crate) fn is_serving(&self) -> bool {
        self.lease.holds_at(Moment::now())
    }

    pub(crate) fn status(&self) -> ReplicaStatus {
        ReplicaStatus {
            lease_left: Moment::now().until(self.lease.ends_at()),
            keys: self.index.load().len(),
            members: self.members.count(),
            rounds: self.rounds.count(),
        }
    }
}
