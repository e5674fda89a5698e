//! One key in memory: 64 bytes, which are one line of the processor's cache. A second line would be a second wait.

use chaser_keys::{Expiry, KeyDigest, KeyId, WorkspaceId};
use uuid::Uuid;
#[cfg(not(feature = "shuttle"))]
use zerocopy::{FromBytes, IntoBytes, KnownLayout};

use crate::replica::sync::{AtomicI64, AtomicU32, AtomicU64, Ordering};

/// What a node knows of a key.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct IndexedKey {
    pub(crate) key_id: KeyId,
    pub(crate) workspace_id: WorkspaceId,
    pub(crate) expiry: Expiry,
}

/// What is kept of a digest: its first 128 bits. RFC 2104 §5 allows an HMAC to be cut to half its length; that a key which
/// was never issued meets one of ten million by chance is 2⁻¹⁰⁴. PostgreSQL has the whole.
pub(super) type Tag = [u64; 2];

/// All zeros where no key stands. Atomics, so that the writer may fill it in while others read its neighbours. What names
/// the key is written once, the tag's first word last; `expiry`, `requests` and `last_used_at` change later.
#[cfg_attr(not(feature = "shuttle"), derive(FromBytes, IntoBytes, KnownLayout))]
#[cfg_attr(any(test, feature = "shuttle"), derive(Default))]
#[repr(C, align(64))]
pub(super) struct Entry {
    tag: [AtomicU64; 2],
    key_id: [AtomicU64; 2],
    workspace_id: [AtomicU64; 2],
    /// [`Expiry::unix_microseconds`].
    expiry: AtomicI64,
    requests: AtomicU32,
    /// The low 32 bits of PostgreSQL's time in milliseconds. They wrap after 49 days, so they are unambiguous if the request
    /// is taken within 24 days. Taken later, or if PostgreSQL's clock is set further, the time is off by weeks.
    last_used_at: AtomicU32,
}

impl Entry {
    /// Fills in an entry that is not taken, and publishes it with the last store.
    pub(super) fn write(&self, tag: Tag, key: IndexedKey) {
        write_uuid(&self.key_id, key.key_id.as_uuid());
        write_uuid(&self.workspace_id, key.workspace_id.as_uuid());
        self.expiry.store(key.expiry.unix_microseconds(), Ordering::Relaxed);
        self.tag[1].store(tag[1], Ordering::Relaxed);
        self.tag[0].store(tag[0], Ordering::Release);
    }

    /// Whether a key stands here.
    pub(super) fn is_taken(&self) -> bool {
        self.tag[0].load(Ordering::Relaxed) != 0
    }

    /// Whether this is the key. In constant time: the bits of both words are looked at before anything is decided. Acquire:
    /// all that stands here was written before the first word.
    pub(super) fn has_tag(&self, tag: Tag) -> bool {
        let first = self.tag[0].load(Ordering::Acquire) ^ tag[0];
        first | (self.tag[1].load(Ordering::Relaxed) ^ tag[1]) == 0
    }

    pub(super) fn set_expiry(&self, expiry: Expiry) {
        self.expiry.store(expiry.unix_microseconds(), Ordering::Release);
    }

    pub(super) fn key(&self) -> IndexedKey {
        IndexedKey {
            key_id: KeyId::from_uuid(read_uuid(&self.key_id)),
            workspace_id: WorkspaceId::from_uuid(read_uuid(&self.workspace_id)),
            expiry: Expiry::from_unix_microseconds(self.expiry.load(Ordering::Acquire)),
        }
    }

    /// Counts a use at a moment of PostgreSQL's clock, in microseconds since 1970; true for the first since the counts
    /// were taken.
    pub(super) fn count(&self, now: i64) -> bool {
        let now = milliseconds(now);
        // Whatever stands there of a use that was taken may be older than the 32 bits can tell. Not in one step: of two
        // that race, either may win; they are as far apart as one of them is held up here.
        let is_first = self.requests.load(Ordering::Relaxed) == 0;
        if is_first || after(now, self.last_used_at.load(Ordering::Relaxed)) > 0 {
            self.last_used_at.store(now, Ordering::Relaxed);
        }
        self.requests.fetch_add(1, Ordering::AcqRel) == 0
    }

    /// Takes the uses since the last time, and the moment of the last of them, in microseconds since 1970, if `now` is
    /// less than 24 days later.
    pub(super) fn take_requests(&self, now: i64) -> (u32, i64) {
        let requests = self.requests.swap(0, Ordering::AcqRel);
        let ago = after(milliseconds(now), self.last_used_at.load(Ordering::Relaxed));
        (requests, (now.div_euclid(1_000) - i64::from(ago)) * 1_000)
    }
}

/// The part of a digest by which a key is known; the order of its bytes only has to be the same everywhere. Its first word
/// is never zero, which says that no key stands in a place.
pub(super) fn tag_of(digest: &KeyDigest) -> Tag {
    let bytes = digest.as_bytes();
    let [first, second] = [0, 8].map(|start| {
        let mut eight = [0; 8];
        eight.copy_from_slice(&bytes[start..start + 8]);
        u64::from_le_bytes(eight)
    });
    [first.max(1), second]
}

/// The last 32 bits of a time, in milliseconds, of one in microseconds.
const fn milliseconds(microseconds: i64) -> u32 {
    // Cut on purpose.
    let [.., a, b, c, d] = microseconds.div_euclid(1_000).to_be_bytes();
    u32::from_be_bytes([a, b, c, d])
}

/// By how many milliseconds a moment is after another; negative if it is before.
const fn after(moment: u32, other: u32) -> i32 {
    moment.wrapping_sub(other).cast_signed()
}

fn write_uuid(words: &[AtomicU64; 2], uuid: Uuid) {
    let (high, low) = uuid.as_u64_pair();
    words[0].store(high, Ordering::Relaxed);
    words[1].store(low, Ordering::Relaxed);
}

fn read_uuid(words: &[AtomicU64; 2]) -> Uuid {
    Uuid::from_u64_pair(words[0].load(Ordering::Relaxed), words[1].load(Ordering::Relaxed))
}

#[cfg(all(test, not(feature = "shuttle")))]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_one_line_of_the_cache() {
        assert_eq!((size_of::<Entry>(), align_of::<Entry>()), (64, 64));
    }

    #[test]
    fn the_last_use_is_told_to_the_millisecond() {
        let entry = Entry::default();
        // Around the moment at which the 32 bits begin anew, and around the half of them.
        for turn in [1_i64 << 32, 400 << 32, (400 << 32) + (1 << 31)] {
            let used_at = turn * 1_000 - 5_999;
            assert!(entry.count(used_at));
            assert!(!entry.count(used_at - 3_000), "an earlier one is counted, too");
            assert_eq!(entry.take_requests(used_at + 1_000_000), (2, turn * 1_000 - 6_000));
            assert_eq!(entry.take_requests(used_at + 1_000_000).0, 0);
        }
    }

    #[test]
    fn a_clock_that_was_put_back_between_use_and_taking_changes_nothing() {
        let entry = Entry::default();
        let used_at = 1_764_000_000_000_000;
        entry.count(used_at);
        assert_eq!(entry.take_requests(used_at - 3_600_000_000), (1, used_at));
    }
}
