//! What was counted and not yet written.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use chaser_keys::{KeyId, WorkspaceId};
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use crate::VerifiedKey;

/// The requests of one key on one day.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Count {
    pub(crate) workspace_id: WorkspaceId,
    pub(crate) requests: i64,
    pub(crate) last_used_at: OffsetDateTime,
}

/// Counts by key and UTC day.
pub(crate) type Counts = HashMap<(KeyId, Date), Count>;

/// Counts that are on their way to the database under a number of their own. The number stays with them
/// through every retry, so that they are applied once.
pub(crate) struct Batch {
    pub(crate) sequence: i64,
    pub(crate) counts: Counts,
}

/// Counts requests in memory. The lock is held for one look-up in a map.
pub(crate) struct UsageRecorder {
    /// This process, so that batches of different nodes do not meet.
    pub(crate) node_id: Uuid,
    pending: Mutex<Counts>,
    /// The batch being written, kept until the database has confirmed it. Held throughout a flush, so
    /// that flushes go one after another.
    pub(crate) unconfirmed: tokio::sync::Mutex<Unconfirmed>,
}

/// The batch that is being written, and the number of the last one made.
#[derive(Default)]
pub(crate) struct Unconfirmed {
    pub(crate) batch: Option<Batch>,
    last_sequence: i64,
}

impl UsageRecorder {
    pub(crate) fn new(node_id: Uuid) -> Self {
        Self { node_id, pending: Mutex::default(), unconfirmed: tokio::sync::Mutex::default() }
    }

    /// Counts one request.
    pub(crate) fn record(&self, key: VerifiedKey, now: OffsetDateTime) {
        let mut pending = self.pending();
        let first = Count { workspace_id: key.workspace_id, requests: 0, last_used_at: now };
        let count = pending.entry((key.key_id, now.date())).or_insert(first);
        count.requests += 1;
        count.last_used_at = count.last_used_at.max(now);
    }

    /// Takes all that was counted since the last time.
    fn take(&self) -> Counts {
        std::mem::take(&mut self.pending())
    }

    fn pending(&self) -> MutexGuard<'_, Counts> {
        // Counts are whole whenever the lock is free: a panic elsewhere spoils nothing.
        self.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Unconfirmed {
    /// The batch to write: the one whose outcome is unknown, else what was counted since.
    pub(crate) fn batch_to_write(&mut self, recorder: &UsageRecorder) -> Option<&Batch> {
        if self.batch.is_none() {
            let counts = recorder.take();
            if !counts.is_empty() {
                self.last_sequence += 1;
                self.batch = Some(Batch { sequence: self.last_sequence, counts });
            }
        }
        self.batch.as_ref()
    }
}
