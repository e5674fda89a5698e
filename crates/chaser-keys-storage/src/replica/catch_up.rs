//! An unknown key may have been made on another node a moment ago. It waits for one round that began after the
//! request did; then the node's no is as good as the database's.
//!
//! All who wait share that round, and rounds are kept apart: a flood of unknown keys costs the database
//! nothing of its own.

use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::{Notify, watch};

use super::Replica;
use super::boot_clock::Moment;

/// Rounds are numbered as they begin.
pub(super) struct Rounds {
    begun: AtomicU64,
    completed: watch::Sender<u64>,
    /// Somebody waits for a round.
    pub(super) wanted: Notify,
}

impl Default for Rounds {
    fn default() -> Self {
        Self { begun: AtomicU64::new(0), completed: watch::Sender::new(0), wanted: Notify::new() }
    }
}

impl Rounds {
    /// A round begins now: what it reads is newer than every request that came before.
    pub(super) fn begin(&self) -> u64 {
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
        let left = Moment::now().until(self.lease.ends_at());
        if left.is_zero() {
            return false;
        }
        self.rounds.wanted.notify_one();
        let waiting = completed.wait_for(|number| *number >= needed);
        matches!(tokio::time::timeout(left, waiting).await, Ok(Ok(_)))
    }
}
