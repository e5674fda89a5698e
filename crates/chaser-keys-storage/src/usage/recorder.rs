//! What was counted and not yet written.

use std::collections::HashMap;

use chaser_keys::{KeyId, WorkspaceId};
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use super::metrics::UsageMetrics;
use super::traffic::Traffic;
use super::traffic_meter::{Carried, TrafficMeters};
use crate::replica::Replica;
use crate::replica::index::Uses;

/// The use of one key on one day.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Count {
    pub(crate) workspace_id: WorkspaceId,
    pub(crate) requests: i64,
    /// The last request; none if there were only bytes.
    pub(crate) last_used_at: Option<OffsetDateTime>,
    pub(crate) traffic: Traffic,
}

/// Counts by key and UTC day.
pub(crate) type Counts = HashMap<(KeyId, Date), Count>;

/// Counts that are on their way to the database under a number of their own. The number stays with them
/// through every retry, so that they are applied once.
pub(crate) struct Batch {
    pub(crate) sequence: i64,
    pub(crate) counts: Counts,
}

/// Numbers the batches of this process. Requests are counted where the keys are (`replica/index/counts.rs`), bytes
/// where they flow (`traffic_meter.rs`).
pub(crate) struct UsageRecorder {
    /// This process, so that batches of different nodes do not meet.
    pub(crate) node_id: Uuid,
    /// Bytes carried for keys, where something is.
    pub(crate) traffic: TrafficMeters,
    /// The batch being written, kept until the database has confirmed it. Held throughout a flush, so
    /// that flushes go one after another.
    pub(crate) unconfirmed: tokio::sync::Mutex<Unconfirmed>,
    pub(crate) metrics: UsageMetrics,
}

/// The batch that is being written, and the number of the last one made.
#[derive(Default)]
pub(crate) struct Unconfirmed {
    pub(crate) batch: Option<Batch>,
    last_sequence: i64,
}

impl UsageRecorder {
    pub(crate) fn new(node_id: Uuid) -> Self {
        Self {
            node_id,
            traffic: TrafficMeters::default(),
            unconfirmed: tokio::sync::Mutex::default(),
            metrics: UsageMetrics::default(),
        }
    }
}

impl Unconfirmed {
    /// The batch to write: the one whose outcome is unknown, else what was counted since.
    pub(crate) fn batch_to_write(&mut self, replica: &Replica, traffic: &TrafficMeters) -> Option<&Batch> {
        if self.batch.is_none() {
            let mut counts = by_day(replica.take_uses());
            add_carried(&mut counts, &traffic.take(), replica.database_time().date());
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
        let count = counts
            .entry((uses.key_id, uses.last_used_at.date()))
            .or_insert_with(|| Count::none(uses.workspace_id));
        count.requests += i64::from(uses.requests);
        count.last_used_at = count.last_used_at.max(Some(uses.last_used_at));
    }
    counts
}

/// Bytes belong to the day on which they are taken, whenever their request came: a download may last for days.
fn add_carried(counts: &mut Counts, carried: &[Carried], today: Date) {
    for carried in carried {
        let count =
            counts.entry((carried.key_id, today)).or_insert_with(|| Count::none(carried.workspace_id));
        count.traffic = count.traffic.plus(carried.traffic);
    }
}

impl Count {
    fn none(workspace_id: WorkspaceId) -> Self {
        Self { workspace_id, requests: 0, last_used_at: None, traffic: Traffic::default() }
    }
}
