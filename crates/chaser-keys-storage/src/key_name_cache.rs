//! The names of keys, cached for responses that must not wait for the database.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use chaser_keys::{KeyId, KeyName};
use tokio::sync::OnceCell;

/// For how long a name is cached: after a rename, the former name may be returned for as long.
const LIFETIME: Duration = Duration::from_secs(10);
/// The most names in the cache: about 20 MB.
const CAPACITY: usize = 100_000;
/// Each shard has a lock of its own, so that threads seldom wait for each other.
const SHARDS: usize = 16;

/// The names of keys that were requested in the last seconds. Clones share them.
#[derive(Clone, Default)]
pub(crate) struct KeyNameCache(Arc<[Mutex<HashMap<KeyId, CachedName>>; SHARDS]>);

struct CachedName {
    /// Empty while the query runs: callers that need the name meanwhile wait for the same query.
    name: Arc<OnceCell<KeyName>>,
    since: Instant,
}

impl KeyNameCache {
    pub(crate) fn get(&self, key_id: KeyId) -> Option<KeyName> {
        self.shard(key_id).get(&key_id).filter(|cached| cached.is_fresh())?.name.get().cloned()
    }

    /// The cell for a name: a new one if there is none or if it is too old.
    pub(crate) fn cell(&self, key_id: KeyId) -> Arc<OnceCell<KeyName>> {
        let mut shard = self.shard(key_id);
        if let Some(cached) = shard.get(&key_id).filter(|cached| cached.is_fresh()) {
            return Arc::clone(&cached.name);
        }
        if shard.len() >= CAPACITY / SHARDS {
            shard.retain(|_, cached| cached.is_fresh());
        }
        // Still full of fresh names: dropping all is simple, and costs one query for each that is needed again.
        if shard.len() >= CAPACITY / SHARDS {
            shard.clear();
        }
        let name = Arc::default();
        shard.insert(key_id, CachedName { name: Arc::clone(&name), since: Instant::now() });
        name
    }

    fn shard(&self, key_id: KeyId) -> MutexGuard<'_, HashMap<KeyId, CachedName>> {
        // The last byte of an id is random.
        let shard = usize::from(key_id.as_uuid().as_bytes()[15]) % SHARDS;
        self.0[shard].lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl CachedName {
    fn is_fresh(&self) -> bool {
        self.since.elapsed() < LIFETIME
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn id(number: u128) -> KeyId {
        KeyId::from_uuid(Uuid::from_u128(number))
    }

    #[test]
    fn a_name_is_in_memory_once_it_was_read_and_for_no_longer_than_its_lifetime() {
        let names = KeyNameCache::default();
        let cell = names.cell(id(1));
        assert_eq!(names.get(id(1)), None, "not read yet");
        cell.set("ci".parse().unwrap()).unwrap();
        assert_eq!(names.get(id(1)).unwrap().as_str(), "ci");
        assert!(Arc::ptr_eq(&cell, &names.cell(id(1))), "all who ask share one query");

        names.shard(id(1)).get_mut(&id(1)).unwrap().since = Instant::now().checked_sub(LIFETIME).unwrap();
        assert_eq!(names.get(id(1)), None, "too old");
        assert!(!Arc::ptr_eq(&cell, &names.cell(id(1))));
    }

    #[test]
    fn memory_is_bounded() {
        let names = KeyNameCache::default();
        for number in 0..2 * CAPACITY as u128 {
            names.cell(id(number));
        }
        let kept: usize = names.0.iter().map(|shard| shard.lock().unwrap().len()).sum();
        assert!((1..=CAPACITY).contains(&kept), "{kept}");
    }
}
