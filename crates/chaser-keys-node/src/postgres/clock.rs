//! The time by PostgreSQL's clock, the same for every node.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use time::{Duration, OffsetDateTime};

/// PostgreSQL's clock. No node's own clock decides anything, so one that is an hour off neither extends
/// nor shortens a key's life.
///
/// The time is read as a value and bound like any other; no predicate asks for it, so a test that moves this clock
/// moves everything.
#[derive(Clone, Debug, Default)]
pub struct DatabaseClock {
    /// Microseconds that tests have added.
    offset: Arc<AtomicI64>,
}

impl DatabaseClock {
    /// Moves this node's clock on: in a test, a grace period of seven days passes in no time.
    #[cfg(feature = "testing")]
    pub fn advance(&self, by: Duration) {
        let microseconds = i64::try_from(by.whole_microseconds()).unwrap_or(i64::MAX);
        self.offset.fetch_add(microseconds, Ordering::SeqCst);
    }

    /// Applies the tests' offset to a time that PostgreSQL answered.
    #[must_use]
    pub fn adjust(&self, database_time: OffsetDateTime) -> OffsetDateTime {
        database_time + Duration::microseconds(self.offset_microseconds())
    }

    pub(crate) fn offset_microseconds(&self) -> i64 {
        self.offset.load(Ordering::SeqCst)
    }
}
