//! All keys of a node, in a growing list of tables.
//!
//! The first table has room for all keys that the node loads. When it is full, the writer adds another one, half as large
//! as all before, because an entry that readers count in cannot move. Of an entry, only its expiry and its counters ever
//! change, each in a single word.

use std::sync::OnceLock;

use chaser_keys::KeyDigest;

use super::dirty_bits::DirtyBits;
use super::entry::{self, Entry, IndexedKey};
use super::table::Table;
use crate::replica::sync::{AtomicUsize, Ordering};

/// The capacity of the smallest table, in keys. Small under shuttle, so that its tests need several tables.
const FEWEST_KEYS: usize = if cfg!(feature = "shuttle") { 4 } else { 1_000 };
/// The most tables. They grow, so 64 of them hold more keys than fit into memory.
const MOST_TABLES: usize = 64;

/// All keys that this node knows.
pub(crate) struct Index {
    tables: [OnceLock<Table>; MOST_TABLES],
    /// Tables that readers look into.
    length: AtomicUsize,
}

/// A key that was found.
#[derive(Clone, Copy)]
pub(crate) struct Found<'a> {
    pub(super) entry: &'a Entry,
    pub(super) used: &'a DirtyBits,
    /// The slot in its table, which is also the number of its dirty bit.
    pub(super) slot: usize,
}

impl Index {
    /// An empty index with room for this many keys.
    pub(crate) fn with_capacity(keys: usize) -> Self {
        let index = Self { tables: [const { OnceLock::new() }; MOST_TABLES], length: AtomicUsize::new(0) };
        index.begin_table(keys);
        index
    }

    /// Finds a key, whether it still authenticates or not.
    pub(crate) fn find(&self, digest: &KeyDigest) -> Option<Found<'_>> {
        let tag = entry::tag_of(digest);
        self.tables().find_map(|table| table.find(tag))
    }

    /// Finds a key together with its state.
    pub(crate) fn look_up(&self, digest: &KeyDigest) -> Option<(Found<'_>, IndexedKey)> {
        self.find(digest).map(|found| (found, found.key()))
    }

    /// The number of keys.
    pub(crate) fn len(&self) -> usize {
        self.tables().map(Table::len).sum()
    }

    /// Writes a key's current state: adds it, or changes its end. For the one writer only.
    pub(crate) fn put(&self, digest: &KeyDigest, key: IndexedKey) {
        if let Some(found) = self.find(digest) {
            found.entry.set_expiry(key.expiry);
            return;
        }
        let tag = entry::tag_of(digest);
        while !self.tables().last().is_some_and(|table| table.add(tag, key)) {
            self.begin_table(self.len() / 2);
        }
    }

    /// Adds a key unless it is there already, in whatever state. For the one writer only.
    pub(crate) fn add_if_absent(&self, digest: &KeyDigest, key: IndexedKey) {
        if self.find(digest).is_none() {
            self.put(digest, key);
        }
    }

    /// Writes several keys. Every entry is touched first so that the cache misses overlap: with millions of keys they are
    /// most of the cost. `black_box` keeps the compiler from dropping look-ups whose result is unused.
    pub(crate) fn put_batch(&self, keys: &[(KeyDigest, IndexedKey)]) {
        std::hint::black_box(keys.iter().filter(|(digest, _)| self.find(digest).is_some()).count());
        for (digest, key) in keys {
            self.put(digest, *key);
        }
    }

    fn begin_table(&self, keys: usize) {
        let number = self.length.load(Ordering::Relaxed);
        self.tables[number].get_or_init(|| Table::with_room_for(keys.max(FEWEST_KEYS)));
        self.length.store(number + 1, Ordering::Release);
    }

    /// The oldest first: it holds the keys that were loaded, which are most of them.
    pub(super) fn tables(&self) -> impl DoubleEndedIterator<Item = &Table> {
        self.tables[..self.length.load(Ordering::Acquire)].iter().filter_map(OnceLock::get)
    }
}

impl Found<'_> {
    /// The key's ids and its expiry.
    pub(crate) fn key(&self) -> IndexedKey {
        self.entry.key()
    }
}

#[cfg(all(test, not(feature = "shuttle")))]
mod tests {
    use chaser_keys::{Expiry, KeyId, WorkspaceId};
    use sha2::{Digest, Sha256};
    use uuid::Uuid;

    use super::*;

    fn key(number: u128, expiry: Expiry) -> IndexedKey {
        let uuid = Uuid::from_u128(number);
        IndexedKey { key_id: KeyId::from_uuid(uuid), workspace_id: WorkspaceId::from_uuid(uuid), expiry }
    }

    fn digest(number: u128) -> KeyDigest {
        KeyDigest::from_bytes(Sha256::digest(number.to_be_bytes()).into())
    }

    const KEYS: u128 = 20_000;

    /// An index that grew from nothing.
    fn grown() -> Index {
        let index = Index::with_capacity(0);
        (0..KEYS).for_each(|number| index.put(&digest(number), key(number, Expiry::NEVER)));
        assert!(index.tables().count() > 5);
        index
    }

    #[test]
    fn keys_are_found_ended_and_counted_in_whichever_table_they_are() {
        let index = grown();
        assert_eq!(index.len(), 20_000);
        (0..KEYS).step_by(3).for_each(|number| index.put(&digest(number), key(number, Expiry::ENDED)));
        for number in 0..KEYS {
            let end = if number % 3 == 0 { Expiry::ENDED } else { Expiry::NEVER };
            let found = index.find(&digest(number)).unwrap();
            assert_eq!(found.key(), key(number, end));
            found.count(1_000_000);
        }
        assert!(index.find(&digest(KEYS)).is_none());
        assert_eq!(index.len(), 20_000);
        let mut used: Vec<_> = index.take_requests(2_000_000).iter().map(|uses| uses.key_id).collect();
        used.sort_unstable_by_key(|id| id.as_uuid().as_u128());
        assert!(used.iter().copied().eq((0..KEYS).map(|number| key(number, Expiry::NEVER).key_id)));
        assert!(index.take_requests(3_000_000).is_empty());
    }

    #[test]
    fn of_keys_that_are_put_batch_the_last_state_counts() {
        let index = Index::with_capacity(0);
        let states = [(1, Expiry::NEVER), (2, Expiry::NEVER), (1, Expiry::ENDED)];
        index.put_batch(&states.map(|(number, end)| (digest(number), key(number, end))));
        assert_eq!(index.len(), 2);
        assert_eq!(
            [1, 2].map(|number| index.find(&digest(number)).unwrap().key().expiry),
            [Expiry::ENDED, Expiry::NEVER]
        );
    }

    #[test]
    fn what_is_loaded_fits_into_one_table() {
        let index = Index::with_capacity(20_000);
        (0..KEYS).for_each(|number| index.put(&digest(number), key(number, Expiry::NEVER)));
        assert_eq!(index.tables().count(), 1);
    }
}
