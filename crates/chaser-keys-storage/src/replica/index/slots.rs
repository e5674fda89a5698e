//! A hash table of entry numbers: open addressing, linear probing, never deleted from.

use crate::replica::sync::{AtomicU32, Ordering};

pub(super) struct Slots {
    /// An entry's number plus one; zero is empty.
    slots: Box<[AtomicU32]>,
}

/// A place in the table.
#[derive(Clone, Copy)]
pub(super) struct Probe(usize);

impl Slots {
    /// A table of a size that is a power of two.
    pub(super) fn new(size: usize) -> Self {
        Self { slots: (0..size).map(|_| AtomicU32::new(0)).collect() }
    }

    /// How many entries a table of this size takes: three quarters, so that a search soon meets a gap.
    pub(super) const fn room(size: usize) -> usize {
        size / 4 * 3
    }

    /// The size of a table with room for so many entries.
    pub(super) const fn size_for(entries: usize) -> usize {
        (entries / 3 * 4 + 4).next_power_of_two()
    }

    /// Where the search for a hash begins.
    pub(super) fn probe(&self, hash: u64) -> Probe {
        // The low bits choose the place; digests are uniform.
        Probe(usize::try_from(hash & self.mask()).unwrap_or(0))
    }

    pub(super) fn next(&self, Probe(place): Probe) -> Probe {
        Probe((place + 1) % self.slots.len())
    }

    /// The entry number at a place. Acquire: the entry's words were written before its number.
    pub(super) fn at(&self, Probe(place): Probe) -> Option<u32> {
        self.slots[place].load(Ordering::Acquire).checked_sub(1)
    }

    /// Publishes an entry. For the one writer only; there must be room.
    pub(super) fn insert(&self, hash: u64, number: u32) {
        let mut probe = self.probe(hash);
        while self.at(probe).is_some() {
            probe = self.next(probe);
        }
        self.slots[probe.0].store(number + 1, Ordering::Release);
    }

    fn mask(&self) -> u64 {
        self.slots.len() as u64 - 1
    }
}
