//! The clock that leases are measured by.
//!
//! `CLOCK_BOOTTIME` goes on while the machine sleeps and cannot be set: a process that was stopped, or a laptop
//! that was closed, finds its lease over. `CLOCK_MONOTONIC` (Rust's `Instant`) stands still during sleep.

use std::ops::Add;
use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

/// Nanoseconds since the machine started.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct BootInstant(pub(super) u64);

#[cfg(target_os = "linux")]
const CLOCK: ClockId = ClockId::Boottime;
/// For development: other systems have no clock that does both.
#[cfg(not(target_os = "linux"))]
const CLOCK: ClockId = ClockId::Monotonic;

impl BootInstant {
    /// Before all others.
    pub(super) const ZERO: Self = Self(0);

    /// The time now.
    #[must_use]
    pub fn now() -> Self {
        let time = clock_gettime(CLOCK);
        // Neither is ever negative on this clock.
        let seconds = u64::try_from(time.tv_sec).unwrap_or(0);
        let nanoseconds = u64::try_from(time.tv_nsec).unwrap_or(0);
        Self(seconds * 1_000_000_000 + nanoseconds)
    }

    /// How long it has been since an earlier moment.
    pub(crate) fn since(self, earlier: Self) -> Duration {
        Duration::from_nanos(self.0.saturating_sub(earlier.0))
    }

    /// How long it still is until a later moment.
    pub(crate) fn until(self, later: Self) -> Duration {
        later.since(self)
    }

    /// As a node's sign of life.
    pub(super) fn to_beat(self) -> i64 {
        i64::try_from(self.0).unwrap_or(i64::MAX)
    }

    pub(super) fn whole_microseconds(self) -> i64 {
        i64::try_from(self.0 / 1_000).unwrap_or(i64::MAX)
    }
}

impl Add<Duration> for BootInstant {
    type Output = Self;

    fn add(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)))
    }
}
