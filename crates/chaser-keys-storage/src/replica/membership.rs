//! Who else may accept keys, and who has died.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use uuid::Uuid;

use super::boot_clock::Moment;

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

/// What this node has seen of the others with its own eyes, and by its own clock.
#[derive(Default)]
pub(super) struct Members {
    seen: Mutex<HashMap<Uuid, Sighting>>,
    /// Bumped when a node acknowledges, to wake those who wait at the barrier.
    acknowledged: watch::Sender<u64>,
}

#[derive(Clone, Copy)]
struct Sighting {
    beat: i64,
    /// When this beat was first seen.
    since: Moment,
    applied_rev: i64,
    wait: Duration,
}

impl Members {
    /// Notes what the table of nodes said, asked at `now`.
    pub(super) fn observe(&self, members: &[Member], now: Moment) {
        let mut seen = self.seen();
        seen.retain(|id, _| members.iter().any(|member| member.node_id == *id));
        for member in members {
            let fresh = Sighting {
                beat: member.beat,
                since: now,
                applied_rev: member.applied_rev,
                wait: member.wait,
            };
            let sighting = seen.entry(member.node_id).or_insert(fresh);
            // What it has said by itself may be newer than what the table said.
            let applied_rev = sighting.applied_rev.max(member.applied_rev);
            if sighting.beat != member.beat {
                *sighting = fresh;
            }
            sighting.applied_rev = applied_rev;
        }
    }

    /// A node said that it has applied a revision.
    pub(super) fn acknowledge(&self, node_id: Uuid, applied_rev: i64) {
        if let Some(sighting) = self.seen().get_mut(&node_id) {
            sighting.applied_rev = sighting.applied_rev.max(applied_rev);
        }
        self.acknowledged.send_modify(|count| *count += 1);
    }

    pub(super) fn acknowledgements(&self) -> watch::Receiver<u64> {
        self.acknowledged.subscribe()
    }

    /// Whether a node is known to have applied a revision.
    pub(super) fn has_applied(&self, node_id: Uuid, rev: i64) -> bool {
        self.seen().get(&node_id).is_some_and(|sighting| sighting.applied_rev >= rev)
    }

    /// Whether a node has shown no sign of life for so long, by this node's own clock.
    ///
    /// Its lease counts from before the beat that was seen first, so it is over; and it cannot take another
    /// one unnoticed, because that takes a beat.
    pub(super) fn is_dead(&self, member: &Member, now: Moment) -> bool {
        self.seen()
            .get(&member.node_id)
            .is_some_and(|sighting| sighting.beat == member.beat && now.since(sighting.since) >= member.wait)
    }

    /// The longest that any of them may have to be waited for.
    pub(super) fn longest_wait(&self) -> Duration {
        self.seen().values().map(|sighting| sighting.wait).max().unwrap_or_default()
    }

    pub(super) fn count(&self) -> usize {
        self.seen().len()
    }

    fn seen(&self) -> MutexGuard<'_, HashMap<Uuid, Sighting>> {
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
        let at = |seconds: u64| Moment::ZERO + Duration::from_secs(seconds);
        members.observe(&[member(1)], at(10));
        assert!(!members.is_dead(&member(1), at(13)));
        members.observe(&[member(1)], at(12));
        assert!(members.is_dead(&member(1), at(14)), "counted from the first sight of the beat");
        assert!(!members.is_dead(&member(2), at(14)), "it moved since we looked");
        members.observe(&[], at(15));
        assert!(!members.is_dead(&member(1), at(99)), "never seen: nothing is known of it");
    }
}
