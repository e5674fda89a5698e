//! Who else may accept keys, and who has died.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tokio_postgres::Row;
use uuid::Uuid;

use super::boot_instant::BootInstant;
use crate::timing::Timing;

/// Every node that may accept keys.
pub(super) const MEMBERS: &str = "select node_id, applied_rev, beat, lease_ms from nodes";

/// A node's row as it was read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Member {
    pub(super) node_id: Uuid,
    pub(super) applied_rev: i64,
    pub(super) beat: i64,
    /// How long a revoke waits for it: by its own lease, which may be another than this node's while the setting
    /// is being changed.
    pub(super) wait: Duration,
}

impl TryFrom<&Row> for Member {
    type Error = tokio_postgres::Error;

    fn try_from(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Self {
            node_id: row.try_get("node_id")?,
            applied_rev: row.try_get("applied_rev")?,
            beat: row.try_get("beat")?,
            wait: Timing::of_milliseconds(row.try_get("lease_ms")?).wait,
        })
    }
}

/// What this node has read of the members, and when by its own clock.
#[derive(Default)]
pub(super) struct Members {
    seen: Mutex<HashMap<Uuid, HeartbeatSeen>>,
    /// Counts notifications of acknowledgements, to wake the revokes that wait at the barrier.
    notified: watch::Sender<u64>,
}

#[derive(Clone, Copy)]
struct HeartbeatSeen {
    beat: i64,
    /// When this beat was first seen.
    since: BootInstant,
    wait: Duration,
}

impl Members {
    /// Notes what the table of nodes said when it was read at `now`.
    pub(super) fn observe(&self, members: &[Member], now: BootInstant) {
        let mut seen = self.seen();
        seen.retain(|id, _| members.iter().any(|member| member.node_id == *id));
        for member in members {
            let fresh = HeartbeatSeen { beat: member.beat, since: now, wait: member.wait };
            let known = seen.entry(member.node_id).or_insert(fresh);
            if known.beat != member.beat {
                *known = fresh;
            }
        }
    }

    /// Called when a node may have acknowledged a revision.
    pub(super) fn notify(&self) {
        self.notified.send_modify(|count| *count += 1);
    }

    pub(super) fn notifications(&self) -> watch::Receiver<u64> {
        self.notified.subscribe()
    }

    /// Whether a node's beat has stood still for the node's whole wait, by this node's own clock.
    ///
    /// Its lease counts from before the beat that was seen first, so it is over; and it cannot take another
    /// one unnoticed, because that takes a beat.
    pub(super) fn is_dead(&self, member: &Member, now: BootInstant) -> bool {
        self.seen()
            .get(&member.node_id)
            .is_some_and(|seen| seen.beat == member.beat && now.since(seen.since) >= member.wait)
    }

    /// The longest that a revoke may have to wait for any of them.
    pub(super) fn longest_wait(&self) -> Duration {
        self.seen().values().map(|seen| seen.wait).max().unwrap_or_default()
    }

    pub(super) fn count(&self) -> usize {
        self.seen().len()
    }

    fn seen(&self) -> MutexGuard<'_, HashMap<Uuid, HeartbeatSeen>> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_is_dead_once_its_beat_stood_still_for_the_whole_wait() {
        let (members, wait) = (Members::default(), Duration::from_secs(4));
        let member = |beat| Member { node_id: Uuid::nil(), applied_rev: 7, beat, wait };
        let at = |seconds: u64| BootInstant::ZERO + Duration::from_secs(seconds);
        members.observe(&[member(1)], at(10));
        assert!(!members.is_dead(&member(1), at(13)));
        members.observe(&[member(1)], at(12));
        assert!(members.is_dead(&member(1), at(14)), "counted from the first sight of the beat");
        assert!(!members.is_dead(&member(2), at(14)), "it moved since we looked");
        members.observe(&[], at(15));
        assert!(!members.is_dead(&member(1), at(99)), "never seen: nothing is known of it");
    }
}
