//! A hash table of entry numbers: open addressing, linear probing, never deleted from.
//!
//! An entry's number leaves bits of its slot free; they hold a part of the entry's hash. So a search passes over other
//! keys' slots without looking at their entries, which are somewhere else in memory: a cache miss each.

use crate::replica::sync::{AtomicU32, Ordering};

pub(super) struct Slots {
    /// An entry's number plus one, below a part of its hash; zero is empty.
    slots: Box<[AtomicU32]>,
}

/// A search: where it is, and what it looks for.
#[derive(Clone, Copy)]
pub(super) struct Probe {
    place: usize,
    /// In the place that it has in a slot.
    tag: u32,
}

impl Slots {
    /// A table of a size that is a power of two.
    pub(super) fn new(size: usize) -> Self {
        Self { slots: (0..size).map(|_| AtomicU32::new(0)).collect() }
    }

    /// How many entries a table of this size takes: three quarters, so that a search soon meets a gap. Fewer than
    /// the size in any case: a number plus one has room below the tag.
    pub(super) const fn room(size: usize) -> usize {
        size / 4 * 3
    }

    /// The size of a table with room for so many entries.
    pub(super) const fn size_for(entries: usize) -> usize {
        (entries / 3 * 4 + 4).next_power_of_two()
    }

    /// Where the search for a hash begins.
    pub(super) fn probe(&self, hash: u64) -> Probe {
        let (low, high) = (hash & 0xffff_ffff, hash >> 32);
        // The low bits choose the place, the high ones are the tag; digests are uniform.
        let place = usize::try_from(low).unwrap_or(0) & self.mask();
        Probe { place, tag: u32::try_from(high).unwrap_or(0) & !self.number_bits() }
    }

    /// The next entry that may be the one: its number. None at a gap, where the search ends.
    ///
    /// Acquire: the entry's words were written before its number.
    pub(super) fn next(&self, probe: &mut Probe) -> Option<u32> {
        loop {
            let slot = self.slots[probe.place].load(Ordering::Acquire);
            if slot == 0 {
                return None;
            }
            probe.place = (probe.place + 1) & self.mask();
            if slot & !self.number_bits() == probe.tag {
                return Some((slot & self.number_bits()) - 1);
            }
        }
    }

    /// Publishes an entry. For the one writer only; there must be room.
    pub(super) fn insert(&self, hash: u64, number: u32) {
        let Probe { mut place, tag } = self.probe(hash);
        while self.slots[place].load(Ordering::Relaxed) != 0 {
            place = (place + 1) & self.mask();
        }
        self.slots[place].store(tag | (number + 1), Ordering::Release);
    }

    fn mask(&self) -> usize {
        self.slots.len() - 1
    }

    /// The bits of a slot that its number needs.
    fn number_bits(&self) -> u32 {
        u32::try_from(self.mask()).unwrap_or(u32::MAX)
    }
}

#[cfg(all(test, not(feature = "shuttle")))]
mod tests {
    use super::*;

    /// All that a search for a hash meets.
    fn met(slots: &Slots, hash: u64) -> Vec<u32> {
        let mut probe = slots.probe(hash);
        std::iter::from_fn(|| slots.next(&mut probe)).collect()
    }

    #[test]
    fn a_search_meets_whoever_has_the_same_tag_and_passes_over_the_others() {
        let slots = Slots::new(8);
        let (one, same_place, same_all) =
            (0x0000_00f0_0000_0007, 0x0000_0ff0_0000_0007, 0x0000_00f0_0000_000f);
        slots.insert(one, 0);
        slots.insert(same_place, 1);
        slots.insert(same_all, 2);
        assert_eq!(met(&slots, one), [0, 2]);
        assert_eq!(met(&slots, same_place), [1]);
        assert_eq!(met(&slots, 0x0000_00f0_0000_0001), [2]);
        assert_eq!(met(&slots, 0x0000_00f0_0000_0003), []);
    }

    #[test]
    fn the_last_number_of_a_full_table_fits() {
        for size in [4, 1 << 10] {
            let slots = Slots::new(size);
            let last = u32::try_from(Slots::room(size)).unwrap() - 1;
            (0..=last).for_each(|number| slots.insert(u64::MAX, number));
            assert_eq!(met(&slots, u64::MAX), (0..=last).collect::<Vec<_>>());
        }
    }
}
