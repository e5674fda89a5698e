//! PostgreSQL's time without asking it: what it was in the last round, plus what has passed since.

use time::OffsetDateTime;

use super::boot_instant::BootInstant;
use super::index::microseconds;
use super::sync::{AtomicI64, Ordering};
use crate::postgres::DatabaseClock;

/// How far PostgreSQL's clock is ahead of this machine's boot clock.
///
/// The answer of a round was made between its sending and its arrival. Counting from the sending gives a time
/// that is never behind PostgreSQL's: a key in grace dies on time, or a round trip early, never late.
pub(super) struct DatabaseTime {
    ahead: AtomicI64,
    /// For the tests that move it.
    clock: DatabaseClock,
}

impl DatabaseTime {
    pub(super) const fn new(clock: DatabaseClock) -> Self {
        Self { ahead: AtomicI64::new(0), clock }
    }

    /// PostgreSQL said that it was so late, when asked at `t0`.
    pub(super) fn learn(&self, database_time: OffsetDateTime, t0: BootInstant) {
        self.ahead.store(microseconds(database_time) - t0.whole_microseconds(), Ordering::Release);
    }

    /// A time that PostgreSQL answered, as the tests that move the clock want it.
    pub(super) fn adjust(&self, database_time: OffsetDateTime) -> OffsetDateTime {
        self.clock.adjust(database_time)
    }

    /// The time at a moment, in microseconds since 1970.
    pub(super) fn at(&self, now: BootInstant) -> i64 {
        now.whole_microseconds() + self.ahead.load(Ordering::Acquire) + self.clock.offset_microseconds()
    }
}
