//! The answer to one presented key: read the lease, *then* look the key up, *then* read the clock, then decide.
//!
//! A lease vouches only for what is looked up after it was read: one that was renewed in between vouches for
//! changes that the look-up may not have seen. And the clock comes last, so that a process that was paused
//! anywhere before finds its lease over.

use arrayvec::ArrayVec;
use chaser_keys::KeyDigest;

use super::boot_instant::BootInstant;
use super::index::{Found, Index, IndexedKey};
use super::lease::Lease;
use super::shared::Replica;

/// What this node can say of a key by itself.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Verdict {
    /// It authenticates; the request was counted.
    Good(IndexedKey),
    /// It ended. That is final, and true with or without a lease.
    Ended,
    /// This node does not know it.
    Unknown,
    /// This node cannot vouch for what it knows.
    LeaseOver,
}

/// A key that was found, and its state at that moment: a key's end is part of what is looked up.
pub(crate) type Lookup<'a> = Option<(Found<'a>, IndexedKey)>;

impl Replica {
    /// Verifies a key by the digests that it has under the node's peppers. No lock, no allocation.
    pub(crate) fn verify(&self, mut digests: impl Iterator<Item = KeyDigest>) -> Verdict {
        let mut loaded = None;
        let (lookup, now, holds) = under_lease(
            &self.lease,
            || {
                let index: &Index = loaded.insert(self.index.load());
                digests.find_map(|digest| index.look_up(&digest))
            },
            BootInstant::now,
        );
        self.decide(lookup, now, holds)
    }

    /// Verifies several keys with one reading of the lease and of the clock: the good ones before the first
    /// that is not. Only those are counted.
    pub(crate) fn verify_batch<const N: usize>(
        &self,
        look_up: impl FnOnce(&Index) -> ArrayVec<Lookup<'_>, N>,
    ) -> ArrayVec<IndexedKey, N> {
        let mut loaded = None;
        let (lookups, now, holds) =
            under_lease(&self.lease, || look_up(loaded.insert(self.index.load())), BootInstant::now);
        let good = |lookup| match self.decide(lookup, now, holds) {
            Verdict::Good(key) => Some(key),
            Verdict::Ended | Verdict::Unknown | Verdict::LeaseOver => None,
        };
        lookups.into_iter().map_while(good).collect()
    }

    /// Counts the request if it is a good one.
    fn decide(&self, lookup: Lookup<'_>, now: BootInstant, holds: bool) -> Verdict {
        let Some((found, key)) = lookup else {
            return if holds { Verdict::Unknown } else { Verdict::LeaseOver };
        };
        let database_time = self.time.at(now);
        if !key.end.is_after(database_time) {
            return Verdict::Ended;
        }
        if !holds {
            return Verdict::LeaseOver;
        }
        found.count(database_time);
        Verdict::Good(key)
    }
}

/// What was found, the moment after that, and whether the lease vouches for it. Which index is looked into is part of the
/// look-up: the lease that came with a new one says nothing of the old one.
pub(super) fn under_lease<T>(
    lease: &Lease,
    look_up: impl FnOnce() -> T,
    now: impl FnOnce() -> BootInstant,
) -> (T, BootInstant, bool) {
    let lease_ends_at = lease.ends_at();
    let found = look_up();
    let now = now();
    (found, now, now < lease_ends_at)
}
