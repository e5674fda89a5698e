//! One key in memory: 88 bytes.

use chaser_keys::{KeyDigest, KeyId, KeyMode, WorkspaceId};
use subtle::ConstantTimeEq;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::replica::sync::{AtomicI64, AtomicU32, AtomicU64, Ordering};

/// What a node knows of a key.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct IndexedKey {
    pub(crate) key_id: KeyId,
    pub(crate) workspace_id: WorkspaceId,
    pub(crate) mode: KeyMode,
    pub(crate) end: End,
}

/// When a key stops authenticating.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum End {
    /// When somebody ends it.
    Open,
    /// At this moment of PostgreSQL's clock, in microseconds since 1970.
    At(i64),
}

impl End {
    /// Before every moment: it has ended, whatever a clock says.
    pub(crate) const OVER: Self = Self::At(i64::MIN);

    pub(crate) fn of(revoked_at: Option<OffsetDateTime>) -> Self {
        revoked_at.map_or(Self::Open, |moment| Self::At(microseconds(moment)))
    }

    /// Whether the key still authenticates at a moment of PostgreSQL's clock.
    pub(crate) fn is_after(self, now: i64) -> bool {
        match self {
            Self::Open => true,
            Self::At(end) => now < end,
        }
    }

    /// The end of time, 292,000 years from now, stands for "open".
    const fn to_word(self) -> i64 {
        match self {
            Self::Open => i64::MAX,
            Self::At(end) => end,
        }
    }

    const fn from_word(word: i64) -> Self {
        if word == i64::MAX { Self::Open } else { Self::At(word) }
    }
}

pub(crate) fn microseconds(moment: OffsetDateTime) -> i64 {
    i64::try_from(moment.unix_timestamp_nanos() / 1_000).unwrap_or(i64::MAX)
}

/// Atomics, so that the writer may fill it in while others read its neighbours. What names the key is
/// written once, before the entry is published; `end`, `uses` and `last_used_at` change later.
#[derive(Default)]
pub(super) struct Entry {
    digest: [AtomicU64; 4],
    key_id: [AtomicU64; 2],
    workspace_id: [AtomicU64; 2],
    end: AtomicI64,
    last_used_at: AtomicI64,
    uses: AtomicU32,
    is_test: AtomicU32,
}

impl Entry {
    /// Fills in a new entry. Relaxed: the store that publishes it comes after and releases all of this.
    pub(super) fn write(&self, digest: &KeyDigest, key: IndexedKey) {
        for (word, value) in self.digest.iter().zip(words_of(digest.as_bytes())) {
            word.store(value, Ordering::Relaxed);
        }
        write_uuid(&self.key_id, key.key_id.as_uuid());
        write_uuid(&self.workspace_id, key.workspace_id.as_uuid());
        self.is_test.store(u32::from(key.mode == KeyMode::Test), Ordering::Relaxed);
        self.end.store(key.end.to_word(), Ordering::Relaxed);
    }

    /// The first word: already as good as random.
    pub(super) fn hash(&self) -> u64 {
        self.digest[0].load(Ordering::Relaxed)
    }

    /// Compares in constant time: in words, of which all are looked at.
    pub(super) fn has_digest(&self, words: &[u64; 4]) -> bool {
        let own = self.digest.iter().map(|word| word.load(Ordering::Relaxed));
        let difference = own.zip(words).fold(0, |all, (own, other)| all | (own ^ other));
        difference.ct_eq(&0).into()
    }

    pub(super) fn set_end(&self, end: End) {
        self.end.store(end.to_word(), Ordering::Release);
    }

    pub(super) fn key(&self) -> IndexedKey {
        IndexedKey {
            key_id: KeyId::from_uuid(read_uuid(&self.key_id)),
            workspace_id: WorkspaceId::from_uuid(read_uuid(&self.workspace_id)),
            mode: if self.is_test.load(Ordering::Relaxed) == 1 { KeyMode::Test } else { KeyMode::Live },
            end: End::from_word(self.end.load(Ordering::Acquire)),
        }
    }

    /// Counts a use; true for the first since the counts were taken.
    pub(super) fn count(&self, now: i64) -> bool {
        // Not in one step: of two that race, either may win, and they are a microsecond apart.
        if self.last_used_at.load(Ordering::Relaxed) < now {
            self.last_used_at.store(now, Ordering::Relaxed);
        }
        self.uses.fetch_add(1, Ordering::AcqRel) == 0
    }

    /// Takes the uses since the last time, and the moment of the last of them.
    pub(super) fn take_uses(&self) -> (u32, i64) {
        let uses = self.uses.swap(0, Ordering::AcqRel);
        (uses, self.last_used_at.load(Ordering::Relaxed))
    }
}

/// A digest in words; the order of their bytes only has to be the same everywhere.
pub(super) fn words_of(bytes: &[u8; KeyDigest::BYTES]) -> [u64; 4] {
    let mut words = [0; 4];
    for (word, part) in words.iter_mut().zip(bytes.chunks_exact(8)) {
        let mut eight = [0; 8];
        eight.copy_from_slice(part);
        *word = u64::from_le_bytes(eight);
    }
    words
}

fn write_uuid(words: &[AtomicU64; 2], uuid: Uuid) {
    let (high, low) = uuid.as_u64_pair();
    words[0].store(high, Ordering::Relaxed);
    words[1].store(low, Ordering::Relaxed);
}

fn read_uuid(words: &[AtomicU64; 2]) -> Uuid {
    Uuid::from_u64_pair(words[0].load(Ordering::Relaxed), words[1].load(Ordering::Relaxed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(not(feature = "shuttle"))]
    #[test]
    fn an_entry_takes_88_bytes() {
        assert_eq!(size_of::<Entry>(), 88);
    }

    #[test]
    fn a_key_authenticates_until_its_end_and_not_at_it() {
        assert!(End::At(5).is_after(4) && !End::At(5).is_after(5));
        assert!(End::Open.is_after(i64::MAX - 1));
        assert_eq!(End::from_word(End::Open.to_word()), End::Open);
    }
}
