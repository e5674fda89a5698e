//! The keys in memory: digest → key. One writer, any number of readers, no locks and no allocation to read.
//!
//! Keys stand in tables (`table.rs`). The first has room for all that the node loads when it begins; when it is full, the
//! writer begins another one beside it, half as large as all before, because an entry that readers count in cannot move.
//! Of an entry, only its end and its counters ever change, each in a single word.

mod dirty_bits;
mod entry;
mod requests;
#[cfg_attr(feature = "shuttle", path = "slots_under_shuttle.rs")]
mod slots;
mod table;

use std::sync::OnceLock;

use chaser_keys::KeyDigest;

use super::sync::{AtomicUsize, Ordering};

use dirty_bits::DirtyBits;
use entry::Entry;
use table::Table;

pub(crate) use entry::{End, IndexedKey, microseconds};
pub(crate) use requests::KeyRequests;

/// Keys that even the smallest table has room for. Under shuttle few, so that there are several.
const FEWEST_KEYS: usize = if cfg!(feature = "shuttle") { 4 } else { 1_000 };
/// Tables there may be: in the end, more keys than memory has room for.
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
    entry: &'a Entry,
    used: &'a DirtyBits,
    /// Of its mark.
    place: usize,
}

impl Index {
    /// An index without keys, with room for so many.
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

    /// The same, with the state that the key is in.
    pub(crate) fn look_up(&self, digest: &KeyDigest) -> Option<(Found<'_>, IndexedKey)> {
        self.find(digest).map(|found| (found, found.key()))
    }

    /// Keys that it knows.
    pub(crate) fn len(&self) -> usize {
        self.tables().map(Table::len).sum()
    }

    /// Writes a key's current state: adds it, or changes its end. For the one writer only.
    pub(crate) fn put(&self, digest: &KeyDigest, key: IndexedKey) {
        if let Some(found) = self.find(digest) {
            found.entry.set_end(key.end);
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

    /// The oldest first: it has what was loaded, which is most of what there is.
    fn tables(&self) -> impl DoubleEndedIterator<Item = &Table> {
        self.tables[..self.length.load(Ordering::Acquire)].iter().filter_map(OnceLock::get)
    }
}

impl Found<'_> {
    /// Whose key it is and when it ends.
    pub(crate) fn key(&self) -> IndexedKey {
        self.entry.key()
    }
}

#[cfg(all(test, not(feature = "shuttle")))]
mod tests {
    use chaser_keys::{KeyId, WorkspaceId};
    use sha2::{Digest, Sha256};
    use uuid::Uuid;

    use super::*;

    fn key(number: u128, end: End) -> IndexedKey {
        let uuid = Uuid::from_u128(number);
        IndexedKey { key_id: KeyId::from_uuid(uuid), workspace_id: WorkspaceId::from_uuid(uuid), end }
    }

    fn digest(number: u128) -> KeyDigest {
        KeyDigest::from_bytes(Sha256::digest(number.to_be_bytes()).into())
    }

    const KEYS: u128 = 20_000;

    /// An index that grew from nothing.
    fn grown() -> Index {
        let index = Index::with_capacity(0);
        (0..KEYS).for_each(|number| index.put(&digest(number), key(number, End::Open)));
        assert!(index.tables().count() > 5);
        index
    }

    #[test]
    fn keys_are_found_ended_and_counted_in_whichever_table_they_are() {
        let index = grown();
        assert_eq!(index.len(), 20_000);
        (0..KEYS).step_by(3).for_each(|number| index.put(&digest(number), key(number, End::OVER)));
        for number in 0..KEYS {
            let end = if number % 3 == 0 { End::OVER } else { End::Open };
            let found = index.find(&digest(number)).unwrap();
            assert_eq!(found.key(), key(number, end));
            found.count(1_000_000);
        }
        assert!(index.find(&digest(KEYS)).is_none());
        assert_eq!(index.len(), 20_000);
        let mut used: Vec<_> = index.take_requests(2_000_000).iter().map(|uses| uses.key_id).collect();
        used.sort_unstable_by_key(|id| id.as_uuid().as_u128());
        assert!(used.iter().copied().eq((0..KEYS).map(|number| key(number, End::Open).key_id)));
        assert!(index.take_requests(3_000_000).is_empty());
    }

    #[test]
    fn of_keys_that_are_put_batch_the_last_state_counts() {
        let index = Index::with_capacity(0);
        let states = [(1, End::Open), (2, End::Open), (1, End::OVER)];
        index.put_batch(&states.map(|(number, end)| (digest(number), key(number, end))));
        assert_eq!(index.len(), 2);
        assert_eq!(
            [1, 2].map(|number| index.find(&digest(number)).unwrap().key().end),
            [End::OVER, End::Open]
        );
    }

    #[test]
    fn what_is_loaded_fits_into_one_table() {
        let index = Index::with_capacity(20_000);
        (0..KEYS).for_each(|number| index.put(&digest(number), key(number, End::Open)));
        assert_eq!(index.tables().count(), 1);
    }
}
