//! An unknown key may have been made on another node a moment ago. It waits for one round that began after the
//! request did; then the node's no is as good as the database's.
//!
//! All who wait share that round, and rounds are kept apart: a flood of unknown keys costs the database
//! nothing of its own. Nor does it cost good keys their time: a crowd is let go a few at a time, and in between good keys
//! are answered.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::{Notify, watch};

use super::Replica;
use super::boot_clock::Moment;

/// How many of a crowd go at once, and how many times a millisecond later the others do.
const AT_ONCE: u64 = 4;
const TIMES: u64 = 10;

/// Rounds are numbered as they begin.
pub(super) struct Rounds {
    begun: AtomicU64,
    completed: watch::Sender<u64>,
    /// Requests that came since the last round began.
    waiting: AtomicU64,
    /// Somebody waits for a round.
    pub(super) wanted: Notify,
}

impl Default for Rounds {
    fn default() -> Self {
        Self {
            begun: AtomicU64::new(0),
            completed: watch::Sender::new(0),
            waiting: AtomicU64::new(0),
            wanted: Notify::new(),
        }
    }
}

impl Rounds {
    /// A round begins now: what it reads is newer than every request that came before.
    pub(super) fn begin(&self) -> u64 {
        self.waiting.store(0, Ordering::Relaxed);
        self.begun.fetch_add(1, Ordering::SeqCst) + 1
    }

    /// Everything that the round read is in the index.
    pub(super) fn complete(&self, number: u64) {
        self.completed.send_replace(number);
    }

    /// Rounds begun since the process started, for the metrics.
    pub(super) fn count(&self) -> u64 {
        self.begun.load(Ordering::Relaxed)
    }
}

impl Replica {
    /// Waits for a round that begins after this call. False if none came while the lease held.
    pub(crate) async fn catch_up(&self) -> bool {
        self.metrics.unknown_key();
        let mut completed = self.rounds.completed.subscribe();
        let needed = self.rounds.begun.load(Ordering::SeqCst) + 1;
        let turn = self.rounds.waiting.fetch_add(1, Ordering::Relaxed);
        let left = Moment::now().until(self.lease.ends_at());
        if left.is_zero() {
            return false;
        }
        self.rounds.wanted.notify_one();
        let waiting = completed.wait_for(|number| *number >= needed);
        let caught_up = matches!(tokio::time::timeout(left, waiting).await, Ok(Ok(_)));
        let held_back = held_back(turn);
        if !held_back.is_zero() {
            tokio::time::sleep(held_back).await;
        }
        caught_up
    }
}

/// How long a request waits after its round, by its turn among those that waited: the first few not at all, in a flood
/// everybody less than [`TIMES`] milliseconds.
const fn held_back(turn: u64) -> Duration {
    Duration::from_millis(turn / AT_ONCE % TIMES)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crowd_is_let_go_a_few_at_a_time_and_nobody_waits_long() {
        for (turn, milliseconds) in [(0, 0), (3, 0), (4, 1), (7, 1), (39, 9), (40, 0), (44, 1)] {
            assert_eq!(held_back(turn), Duration::from_millis(milliseconds), "turn {turn}");
        }
    }
}
