//! The state that readers, the feed and the barrier share.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use arc_swap::ArcSwap;
use chaser_keys::Peppers;
use time::OffsetDateTime;
use tokio::sync::{Notify, watch};

use super::boot_instant::BootInstant;
use super::database_time::DatabaseTime;
use super::index::{Index, KeyRequests};
use super::lease::Lease;
use super::look_ups::LookUps;
use super::membership::Members;
use super::metrics::Metrics;
use super::pepper_coverage::PepperCoverage;
use crate::postgres::DatabaseClock;
use crate::timing::Timing;

/// A node's copy of the keys with everything that proves it current.
pub(crate) struct Replica {
    /// The keys. Replaced as a whole when the node starts over.
    pub(super) index: ArcSwap<Index>,
    /// Indexes that were replaced and in which a verification may still count a request.
    replaced: Mutex<Vec<Arc<Index>>>,
    pub(super) lease: Lease,
    pub(super) time: DatabaseTime,
    pub(super) look_ups: LookUps,
    pub(super) members: Members,
    pub(super) pepper_coverage: PepperCoverage,
    /// Asks the feed for a quick round.
    pub(super) hint: Notify,
    /// When the last round that renewed the lease began.
    pub(super) proved_at: watch::Sender<BootInstant>,
    /// Why the feed was interrupted last: what [`NotReady`](crate::NotReady) names.
    pub(super) last_failure: Mutex<Option<String>>,
    /// Rounds begun since the process started.
    pub(super) rounds: AtomicU64,
    pub(crate) metrics: Metrics,
    pub(super) timing: Timing,
}

impl Replica {
    pub(crate) fn new(timing: Timing, clock: DatabaseClock, peppers: &Peppers) -> Self {
        Self {
            index: ArcSwap::from_pointee(Index::with_capacity(0)),
            replaced: Mutex::default(),
            lease: Lease::none(),
            time: DatabaseTime::new(clock),
            look_ups: LookUps::default(),
            members: Members::default(),
            pepper_coverage: PepperCoverage::of(peppers),
            hint: Notify::new(),
            proved_at: watch::Sender::new(BootInstant::ZERO),
            last_failure: Mutex::default(),
            rounds: AtomicU64::new(0),
            metrics: Metrics::default(),
            timing,
        }
    }

    /// How long a revoke waits at most: as long as any member may serve without having heard of it.
    pub(super) fn longest_wait(&self) -> Duration {
        self.timing.wait.max(self.members.longest_wait())
    }

    /// Publishes an index that was loaded anew.
    pub(super) fn replace_index(&self, loaded: Index) {
        let before = self.index.swap(Arc::new(loaded));
        self.replaced().push(before);
    }

    /// Takes all requests counted since the last call, in the index and in those it replaced.
    pub(crate) fn take_requests(&self) -> Vec<KeyRequests> {
        let now = self.time.at(BootInstant::now());
        let mut taken = self.index.load().take_requests(now);
        self.replaced().retain(|index| {
            // In this order: a verification that still holds the index may count once more after we looked.
            let is_held = Arc::strong_count(index) > 1;
            taken.extend(index.take_requests(now));
            is_held
        });
        taken
    }

    /// PostgreSQL's time, as far as this node knows it without asking.
    pub(crate) fn database_time(&self) -> OffsetDateTime {
        OffsetDateTime::UNIX_EPOCH + time::Duration::microseconds(self.time.at(BootInstant::now()))
    }

    pub(super) fn count_round(&self) {
        self.rounds.fetch_add(1, Ordering::Relaxed);
    }

    fn replaced(&self) -> MutexGuard<'_, Vec<Arc<Index>>> {
        self.replaced.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
