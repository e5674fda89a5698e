//! What was counted and not yet written.

use std::collections::HashMap;

use chaser_keys::{KeyId, WorkspaceId};
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use crate::replica::Replica;
use crate::replica::index::Uses;

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

/// Numbers the batches of this process. The counting itself is done where the keys are (`replica/index/counts.rs`).
pub(crate) struct UsageRecorder {
    /// This process, so that batches of different nodes do not meet.
    pub(crate) node_id: Uuid,
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
        Self { node_id, unconfirmed: tokio::sync::Mutex::default() }
    }
}

impl Unconfirmed {
    /// The batch to write: the one whose outcome is unknown, else what was counted since.
    pub(crate) fn batch_to_write(&mut self, replica: &Replica) -> Option<&Batch> {
        if self.batch.is_none() {
            let counts = by_day(replica.take_uses());
            if !counts.is_empty() {
                self.last_sequence += 1;
                self.batch = Some(Batch { sequence: self.last_sequence, counts });
            }
        }
        self.batch.as_ref()
    }
}

/// Uses belong to the day of the last of them: a second's worth around midnight may be put on the next day.
fn by_day(taken: Vec<Uses>) -> Counts {
    let mut counts = Counts::new();
    for uses in taken {
        let first = Count { workspace_id: uses.workspace_id, requests: 0, last_used_at: uses.last_used_at };
        let count = counts.entry((uses.key_id, uses.last_used_at.date())).or_insert(first);
        count.requests += i64::from(uses.requests);
        count.last_used_at = count.last_used_at.max(uses.last_used_at);
    }
    counts
}
