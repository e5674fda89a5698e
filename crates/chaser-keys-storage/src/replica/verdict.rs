//! The answer to one presented key: look up, *then* read the clock, then decide.
//!
//! In this order a process that was paused between the two finds its lease over. The other way round it would
//! answer by a look at the clock from before the pause.

use chaser_keys::KeyDigest;

use super::Replica;
use super::boot_clock::Moment;
use crate::VerifiedKey;

/// What this node can say of a key by itself.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Verdict {
    /// It authenticates; the request was counted.
    Good(VerifiedKey),
    /// It ended. That is final, and true with or without a lease.
    Ended,
    /// This node does not know it.
    Unknown,
    /// This node cannot vouch for what it knows.
    LeaseOver,
}

impl Replica {
    /// Judges a key by the digests that it has under the node's peppers. No lock, no allocation.
    pub(crate) fn judge(&self, digests: impl Iterator<Item = KeyDigest>) -> Verdict {
        let index = self.index.load();
        let found = digests.map(|digest| index.find(&digest)).find_map(|found| found);
        let now = Moment::now();
        let database_time = self.time.at(now);
        let Some(found) = found else {
            return if self.lease.holds_at(now) { Verdict::Unknown } else { Verdict::LeaseOver };
        };
        let key = found.key();
        if !key.end.is_after(database_time) {
            return Verdict::Ended;
        }
        if !self.lease.holds_at(now) {
            return Verdict::LeaseOver;
        }
        index.count(found, database_time);
        Verdict::Good(VerifiedKey { key_id: key.key_id, workspace_id: key.workspace_id, mode: key.mode })
    }
}
