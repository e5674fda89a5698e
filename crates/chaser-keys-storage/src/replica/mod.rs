//! Each node's live copy of the keys, and why it is never late.
//!
//! `docs/coherence.md` explains the protocol to a sceptic. In short: a node answers from memory while it holds a
//! *lease*, which it extends by proving in a *round* that it knows every change; a revoke answers once every
//! *member* has applied it, or so much time has passed that no lease can be left (the *barrier*).
//!
//! | file | idea |
//! |---|---|
//! | `index/` | digest → key, read without locks |
//! | `lease.rs`, `boot_clock.rs` | until when this node may answer |
//! | `database_time.rs` | PostgreSQL's time without asking it |
//! | `verdict.rs` | read the lease, look up, read the clock, answer |
//! | `catch_up.rs` | an unknown key waits for one shared round |
//! | `feed.rs`, `load.rs`, `round.rs`, `session.rs` | the one writer |
//! | `recognition.rs` | whether an unknown key is one that this node could know |
//! | `primary.rs` | which PostgreSQL answers, and for how long it has |
//! | `membership.rs` | who else serves, and who has died |
//! | `barrier.rs` | when a revoke may answer |
//! | `status.rs`, `metrics.rs` | what operators see |

pub(crate) mod barrier;
pub(crate) mod boot_clock;
mod catch_up;
mod database_time;
pub(crate) mod feed;
pub(crate) mod index;
#[cfg(all(test, feature = "shuttle"))]
mod interleavings;
mod lease;
mod load;
mod membership;
pub(crate) mod metrics;
mod primary;
mod recognition;
mod round;
mod session;
pub(crate) mod status;
mod sync;
mod verdict;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use arc_swap::ArcSwap;
use chaser_keys::Peppers;
use time::OffsetDateTime;
use tokio::sync::{Notify, watch};

use boot_clock::Moment;
use catch_up::Rounds;
use database_time::DatabaseTime;
use index::{Index, Uses};
use lease::Lease;
use membership::Members;
use metrics::Metrics;
use recognition::Recognition;

use crate::DatabaseClock;

pub(crate) use verdict::{Sighting, Verdict};

/// What readers, the feed and the barrier share.
pub(crate) struct Replica {
    /// The keys. Replaced as a whole when the node starts over.
    index: ArcSwap<Index>,
    /// Indexes that were replaced and in which somebody may still count.
    replaced: Mutex<Vec<Arc<Index>>>,
    lease: Lease,
    time: DatabaseTime,
    rounds: Rounds,
    members: Members,
    recognition: Recognition,
    /// Asks the feed for a quick round.
    hint: Notify,
    /// When the last round that renewed the lease began.
    proved_at: watch::Sender<Moment>,
    pub(crate) metrics: Metrics,
    timing: Timing,
}

/// The one knob, and what follows from it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Timing {
    /// L: how long a round's proof lasts.
    pub(crate) lease: Duration,
    /// W: how long a revoke waits for a node that does not answer. Half as long again as L, so that the
    /// promise holds although two clocks differ by a fifth in rate.
    pub(crate) wait: Duration,
}

impl Timing {
    pub(crate) fn of_lease(lease: Duration) -> Self {
        Self { lease, wait: lease * 3 / 2 }
    }

    /// As a node's row has it.
    fn of_milliseconds(lease: i64) -> Self {
        Self::of_lease(Duration::from_millis(lease.unsigned_abs()))
    }
}

impl Replica {
    pub(crate) fn new(timing: Timing, clock: DatabaseClock, peppers: &Peppers) -> Self {
        Self {
            index: ArcSwap::from_pointee(Index::with_capacity(0)),
            replaced: Mutex::default(),
            lease: Lease::none(),
            time: DatabaseTime::new(clock),
            rounds: Rounds::default(),
            members: Members::default(),
            recognition: Recognition::by(peppers),
            hint: Notify::new(),
            proved_at: watch::Sender::new(Moment::ZERO),
            metrics: Metrics::default(),
            timing,
        }
    }

    /// How long a revoke waits at most: for as long as any node may serve without having been heard of.
    fn longest_wait(&self) -> Duration {
        self.timing.wait.max(self.members.longest_wait())
    }

    /// Publishes an index that was loaded anew.
    fn replace_index(&self, loaded: Index) {
        let before = self.index.swap(Arc::new(loaded));
        self.replaced().push(before);
    }

    /// Takes all uses counted since the last time, in the index and in those it replaced.
    pub(crate) fn take_uses(&self) -> Vec<Uses> {
        let now = self.time.at(Moment::now());
        let mut taken = self.index.load().take_uses(now);
        self.replaced().retain(|index| {
            // In this order: who still holds it may count once more after we looked.
            let is_held = Arc::strong_count(index) > 1;
            taken.extend(index.take_uses(now));
            is_held
        });
        taken
    }

    /// PostgreSQL's time, as far as this node knows it without asking.
    pub(crate) fn database_time(&self) -> OffsetDateTime {
        OffsetDateTime::UNIX_EPOCH + time::Duration::microseconds(self.time.at(Moment::now()))
    }

    fn replaced(&self) -> MutexGuard<'_, Vec<Arc<Index>>> {
        self.replaced.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
