//! What was counted and not yet written.

use std::collections::HashMap;

use chaser_keys::KeyId;
use time::{Date, OffsetDateTime};

use super::traffic::Traffic;
use super::traffic_meter::{KeyTraffic, TrafficMeters};
use crate::replica::Replica;
use crate::replica::index::KeyRequests;

/// The use of one key on one day.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct DayCount {
    pub(super) requests: i64,
    /// The last request; none if there was only traffic.
    pub(super) last_used_at: Option<OffsetDateTime>,
    pub(super) traffic: Traffic,
}

/// Counts by key and UTC day.
pub(super) type DayCounts = HashMap<(KeyId, Date), DayCount>;

/// Counts that are on their way to the database under a number of their own. The number stays with them
/// through every retry, so that they are applied once.
pub(super) struct Batch {
    pub(super) sequence: i64,
    pub(super) counts: DayCounts,
}

/// The batch that is being written, and the number of the last one made.
#[derive(Default)]
pub(super) struct Unconfirmed {
    pub(super) batch: Option<Batch>,
    last_sequence: i64,
}

impl Unconfirmed {
    /// The batch to write: the one whose outcome is unknown, else what was counted since.
    pub(super) fn batch_to_write(&mut self, replica: &Replica, traffic: &TrafficMeters) -> Option<&Batch> {
        if self.batch.is_none() {
            let mut counts = by_day(replica.take_requests());
            add_traffic(&mut counts, &traffic.take(), replica.database_time().date());
            if !counts.is_empty() {
                self.last_sequence += 1;
                self.batch = Some(Batch { sequence: self.last_sequence, counts });
            }
        }
        self.batch.as_ref()
    }
}

/// Requests belong to the day of the last of them: a second's worth around midnight may be put on the next day.
fn by_day(taken: Vec<KeyRequests>) -> DayCounts {
    let mut counts = DayCounts::new();
    for requests in taken {
        let count = counts.entry((requests.key_id, requests.last_used_at.date())).or_default();
        count.requests += i64::from(requests.requests);
        count.last_used_at = count.last_used_at.max(Some(requests.last_used_at));
    }
    counts
}

/// Traffic belongs to the day on which it is taken, whenever its request came: a download may last for days.
fn add_traffic(counts: &mut DayCounts, taken: &[KeyTraffic], today: Date) {
    for taken in taken {
        let count = counts.entry((taken.key_id, today)).or_default();
        count.traffic = count.traffic.plus(taken.traffic);
    }
}
