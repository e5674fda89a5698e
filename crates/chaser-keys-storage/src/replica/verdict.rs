//! The answer to one presented key: read the lease, *then* look the key up, *then* read the clock, then decide.
//!
//! A lease vouches only for what is looked up after it was read: one that was renewed in between vouches for
//! changes that the look-up may not have seen. And the clock comes last, so that a process that was paused
//! anywhere before finds its lease over.

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
    pub(crate) fn judge(&self, mut digests: impl Iterator<Item = KeyDigest>) -> Verdict {
        let lease_ends_at = self.lease.ends_at();
        let index = self.index.load();
        let found = digests.find_map(|digest| index.find(&digest));
        // A key's end is part of what is looked up.
        let found = found.map(|found| (found, found.key()));
        let now = Moment::now();
        let holds = now < lease_ends_at;
        let Some((found, key)) = found else {
            return if holds { Verdict::Unknown } else { Verdict::LeaseOver };
        };
        let database_time = self.time.at(now);
        if !key.end.is_after(database_time) {
            return Verdict::Ended;
        }
        if !holds {
            return Verdict::LeaseOver;
        }
        index.count(found, database_time);
        Verdict::Good(VerifiedKey { key_id: key.key_id, workspace_id: key.workspace_id, mode: key.mode })
    }
}
