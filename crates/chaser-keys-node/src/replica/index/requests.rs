//! Counts requests where the key stands: two atomic additions, no lock, no map.

use chaser_keys::KeyId;
use time::{Duration, OffsetDateTime};

use super::entry::Entry;
use super::key_index::{Found, Index};

/// The requests of one key since they were last taken.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct KeyRequests {
    pub(crate) key_id: KeyId,
    pub(crate) requests: u32,
    pub(crate) last_used_at: OffsetDateTime,
}

impl Found<'_> {
    /// Counts a request at a moment of PostgreSQL's clock, in microseconds since 1970.
    pub(crate) fn count(&self, now: i64) {
        if self.entry.count(now) {
            self.used.set(self.slot);
        }
    }
}

impl Index {
    /// Takes all counts since the last time, at a moment of PostgreSQL's clock, in microseconds since 1970; costs by
    /// the keys that were used.
    pub(crate) fn take_requests(&self, now: i64) -> Vec<KeyRequests> {
        let mut taken = Vec::new();
        let mut take = |entry: &Entry| {
            let (requests, last_used_at) = entry.take_requests(now);
            if requests > 0 {
                let key = entry.key();
                taken.push(KeyRequests {
                    key_id: key.key_id,
                    requests,
                    last_used_at: OffsetDateTime::UNIX_EPOCH + Duration::microseconds(last_used_at),
                });
            }
        };
        self.tables().for_each(|table| table.take_used(&mut take));
        taken
    }
}
