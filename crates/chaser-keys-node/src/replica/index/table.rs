//! A hash table whose slots are the entries themselves: open addressing, linear probing, never deleted from.
//!
//! A key's slot is where its tag says, or a few slots further on. A look-up therefore waits for memory once: there is no
//! list of entry numbers to read first.

use super::Found;
use super::dirty_bits::DirtyBits;
use super::entry::{Entry, IndexedKey, Tag};
use super::slots::Slots;
use crate::replica::sync::{AtomicUsize, Ordering};

/// A key is less than this many slots from where its tag says, so that every search ends. Runs of taken slots get long where
/// many tags are close together: in a full table of ten million keys, a run of 512 occurs once in a million tables.
const FURTHEST: usize = if cfg!(feature = "shuttle") { 4 } else { 512 };

pub(super) struct Table {
    /// The slots that a tag can name, and `FURTHEST` more, so that no search wraps around.
    slots: Slots,
    used: DirtyBits,
    keys: AtomicUsize,
}

impl Table {
    /// A table that is a third empty when it holds this many keys, which are at least one.
    pub(super) fn with_room_for(keys: usize) -> Self {
        let slots = (keys + keys / 2).max(1) + FURTHEST;
        Self { slots: Slots::new(slots), used: DirtyBits::new(slots), keys: AtomicUsize::new(0) }
    }

    /// The number of keys in it.
    pub(super) fn len(&self) -> usize {
        self.keys.load(Ordering::Relaxed)
    }

    pub(super) fn find(&self, tag: Tag) -> Option<Found<'_>> {
        let start = self.slot_of(tag);
        let mut run = self.slots[start..start + FURTHEST].iter().take_while(|entry| entry.is_taken());
        let slot = start + run.position(|entry| entry.has_tag(tag))?;
        Some(Found { entry: &self.slots[slot], used: &self.used, slot })
    }

    /// Adds a key that is not there yet; false if there is no room for it. For the one writer only.
    pub(super) fn add(&self, tag: Tag, key: IndexedKey) -> bool {
        // With more than three quarters of the slots taken, searches become long.
        if self.len() > self.home_slots() * 3 / 4 {
            return false;
        }
        let start = self.slot_of(tag);
        let free = self.slots[start..start + FURTHEST].iter().find(|entry| !entry.is_taken());
        if let Some(entry) = free {
            entry.write(tag, key);
            self.keys.fetch_add(1, Ordering::Relaxed);
        }
        free.is_some()
    }

    pub(super) fn take_used(&self, mut visit: impl FnMut(&Entry)) {
        self.used.take(|slot| visit(&self.slots[slot]));
    }

    /// Tags are uniform: the first word, as a fraction of its range, of the number of slots.
    fn slot_of(&self, tag: Tag) -> usize {
        usize::try_from((u128::from(tag[0]) * self.home_slots() as u128) >> 64).unwrap_or(0)
    }

    /// The number of slots where a search may start.
    fn home_slots(&self) -> usize {
        self.slots.len() - FURTHEST
    }
}

#[cfg(all(test, not(feature = "shuttle")))]
mod tests {
    use chaser_keys::{Expiry, KeyId, WorkspaceId};
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn key(number: u64) -> IndexedKey {
        let uuid = Uuid::from_u64_pair(1, number);
        IndexedKey {
            key_id: KeyId::from_uuid(uuid),
            workspace_id: WorkspaceId::from_uuid(uuid),
            expiry: Expiry::NEVER,
        }
    }

    fn found(table: &Table, tag: Tag) -> Option<IndexedKey> {
        table.find(tag).map(|found| found.key())
    }

    #[test]
    fn keys_of_one_place_stand_in_a_row_until_it_is_too_long() {
        for first in [1, u64::MAX / 2, u64::MAX] {
            let table = Table::with_room_for(1_000);
            let tags: Vec<Tag> = (1..).map(|number| [first, number]).take(FURTHEST + 1).collect();
            let (last, others) = tags.split_last().unwrap();
            for tag in others {
                assert!(found(&table, *tag).is_none());
                assert!(table.add(*tag, key(tag[1])));
            }
            assert!(!table.add(*last, key(0)), "the row is full");
            assert!(found(&table, *last).is_none());
            assert!(others.iter().all(|tag| found(&table, *tag) == Some(key(tag[1]))));
        }
    }

    /// Tags as good as random, the same in every run (Steele et al., "Fast splittable pseudorandom number generators").
    fn tags() -> impl Iterator<Item = Tag> {
        (1_u64..).map(|number| {
            let mut mixed = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
            mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            [mixed ^ (mixed >> 31), number]
        })
    }

    #[test]
    fn a_table_takes_an_eighth_more_than_it_was_made_for_and_no_more() {
        for keys in [1_000, 300_000] {
            let table = Table::with_room_for(keys);
            let added = tags().take_while(|tag| table.add(*tag, key(tag[1]))).count();
            assert_eq!((added, table.len()), (keys * 9 / 8 + 1, keys * 9 / 8 + 1));
            assert!(tags().take(added).all(|tag| found(&table, tag) == Some(key(tag[1]))));
        }
    }

    proptest! {
        #[test]
        fn whoever_was_added_is_found_and_nobody_else(
            firsts in prop::collection::vec(any::<u64>(), 0..300),
            others: Vec<u64>,
        ) {
            let table = Table::with_room_for(firsts.len());
            let tags: Vec<Tag> = (1..).zip(&firsts).map(|(number, first)| [*first, number]).collect();
            for tag in &tags {
                prop_assert!(table.add(*tag, key(tag[1])));
            }
            for tag in &tags {
                prop_assert_eq!(found(&table, *tag), Some(key(tag[1])));
            }
            for first in firsts.iter().chain(&others) {
                prop_assert!(found(&table, [*first, u64::MAX]).is_none());
            }
        }
    }
}
