//! The keys in memory: digest → key. One writer, any number of readers, no locks and no allocation to read.
//!
//! Two parts. The *entries* stand in chunks that never move; an entry is written once, before it can be found.
//! The *slots* are an open-addressing hash table (linear probing) of entry numbers; publishing an entry is
//! one store into a slot. When the slots fill up, the writer makes a table of twice the size and publishes it
//! with one store. Of an entry, only its end and its counters ever change, each in a single word.

mod counts;
mod entries;
mod entry;
mod slots;

use chaser_keys::KeyDigest;

use entries::Entries;
use entry::Entry;
use slots::Slots;

use super::sync::{AtomicUsize, Ordering};

pub(crate) use counts::Uses;
pub(crate) use entry::{End, IndexedKey, microseconds};

/// Slots of the smallest table. Under shuttle tiny, so that it grows.
const SMALLEST_TABLE: usize = if cfg!(feature = "shuttle") { 4 } else { 1 << 10 };

/// All keys that this node knows.
pub(crate) struct Index {
    entries: Entries,
    /// Every table there has been, by the logarithm of its size; readers may still be in an older one.
    tables: [std::sync::OnceLock<Slots>; 32],
    current: AtomicUsize,
}

/// A key that was found.
#[derive(Clone, Copy)]
pub(crate) struct Found<'a> {
    number: u32,
    entry: &'a Entry,
}

impl Index {
    /// An empty index with room for so many keys before it grows.
    pub(crate) fn with_capacity(keys: usize) -> Self {
        let size = Slots::size_for(keys).max(SMALLEST_TABLE);
        let index = Self {
            entries: Entries::new(),
            tables: [const { std::sync::OnceLock::new() }; 32],
            current: AtomicUsize::new(logarithm(size)),
        };
        index.table(logarithm(size));
        index
    }

    /// Finds a key, whether it still authenticates or not.
    pub(crate) fn find(&self, digest: &KeyDigest) -> Option<Found<'_>> {
        let words = entry::words_of(digest.as_bytes());
        let slots = self.table(self.current.load(Ordering::Acquire));
        let mut probe = slots.probe(words[0]);
        loop {
            let number = slots.next(&mut probe)?;
            let entry = self.entries.get(number);
            if entry.has_digest(&words) {
                return Some(Found { number, entry });
            }
        }
    }

    /// Keys that were added.
    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    /// Writes a key's current state: adds it, or changes its end. For the one writer only.
    pub(crate) fn put(&self, digest: &KeyDigest, key: IndexedKey) {
        if let Some(found) = self.find(digest) {
            found.entry.set_end(key.end);
            return;
        }
        let number = self.entries.add(digest, key);
        let mut current = self.current.load(Ordering::Relaxed);
        if self.entries.len() > Slots::room(1 << current) {
            current += 1;
            let larger = self.table(current);
            for earlier in 0..number {
                larger.insert(self.entries.get(earlier).hash(), earlier);
            }
            larger.insert(self.entries.get(number).hash(), number);
            // From here on readers find everything in the larger table.
            self.current.store(current, Ordering::Release);
        } else {
            self.table(current).insert(self.entries.get(number).hash(), number);
        }
    }

    fn table(&self, logarithm: usize) -> &Slots {
        self.tables[logarithm].get_or_init(|| Slots::new(1 << logarithm))
    }
}

impl Found<'_> {
    /// Whose key it is and when it ends.
    pub(crate) fn key(&self) -> IndexedKey {
        self.entry.key()
    }
}

fn logarithm(size: usize) -> usize {
    size.next_power_of_two().trailing_zeros() as usize
}
