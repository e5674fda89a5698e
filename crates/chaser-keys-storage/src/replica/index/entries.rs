//! The entries, in chunks that never move: a reader may hold on to one while others are added.

use std::sync::OnceLock;

use chaser_keys::KeyDigest;

use super::entry::{Entry, IndexedKey};
use crate::replica::sync::{AtomicU64, AtomicUsize, Ordering};

/// Entries in a chunk: 360 kB, so that a small installation stays small. Under shuttle every atomic is costly.
const CHUNK: usize = if cfg!(feature = "shuttle") { 64 } else { 1 << 12 };
/// 268 million keys.
const CHUNKS: usize = 1 << 16;

/// A chunk, and a bit for each of its entries that was used since the counts were taken.
struct Chunk {
    entries: Box<[Entry]>,
    used: Box<[AtomicU64]>,
}

pub(super) struct Entries {
    chunks: Box<[OnceLock<Chunk>]>,
    length: AtomicUsize,
}

impl Entries {
    pub(super) fn new() -> Self {
        Self { chunks: (0..CHUNKS).map(|_| OnceLock::new()).collect(), length: AtomicUsize::new(0) }
    }

    pub(super) fn len(&self) -> usize {
        self.length.load(Ordering::Acquire)
    }

    /// Adds an entry and tells its number; nobody finds it before the number stands in a slot.
    pub(super) fn add(&self, digest: &KeyDigest, key: IndexedKey) -> u32 {
        let number = self.length.load(Ordering::Relaxed);
        let chunk = self.chunks[number / CHUNK].get_or_init(Chunk::new);
        chunk.entries[number % CHUNK].write(digest, key);
        self.length.store(number + 1, Ordering::Release);
        u32::try_from(number).unwrap_or(u32::MAX)
    }

    pub(super) fn get(&self, number: u32) -> &Entry {
        &self.chunk(number).entries[number as usize % CHUNK]
    }

    /// Notes that an entry was used.
    pub(super) fn mark_used(&self, number: u32) {
        let place = number as usize % CHUNK;
        self.chunk(number).used[place / 64].fetch_or(1 << (place % 64), Ordering::AcqRel);
    }

    /// Visits every entry that was marked since the last time. A mark that is set meanwhile is met now or
    /// next time, never lost.
    pub(super) fn take_marked(&self, mut visit: impl FnMut(&Entry)) {
        for chunk in self.chunks.iter().map_while(OnceLock::get) {
            for (index, word) in chunk.used.iter().enumerate() {
                // Looking costs less than swapping, and most words are zero.
                if word.load(Ordering::Relaxed) == 0 {
                    continue;
                }
                let mut marks = word.swap(0, Ordering::AcqRel);
                while marks != 0 {
                    visit(&chunk.entries[index * 64 + marks.trailing_zeros() as usize]);
                    marks &= marks - 1;
                }
            }
        }
    }

    fn chunk(&self, number: u32) -> &Chunk {
        self.chunks[number as usize / CHUNK].get_or_init(Chunk::new)
    }
}

impl Chunk {
    fn new() -> Self {
        Self {
            entries: (0..CHUNK).map(|_| Entry::default()).collect(),
            used: (0..CHUNK / 64).map(|_| AtomicU64::new(0)).collect(),
        }
    }
}
