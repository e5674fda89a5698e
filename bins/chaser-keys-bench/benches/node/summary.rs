//! Percentiles of durations.

use std::time::Duration;

pub(crate) struct Summary(Vec<Duration>);

impl Summary {
    pub(crate) fn of(mut durations: Vec<Duration>) -> Self {
        durations.sort_unstable();
        Self(durations)
    }

    /// The value below which so many thousandths lie.
    pub(crate) fn per_mille(&self, thousandths: usize) -> Duration {
        self.0[(self.0.len() * thousandths / 1_000).min(self.0.len() - 1)]
    }

    pub(crate) fn print(&self, name: &str) {
        println!(
            "{name:<44} p50 {:>9.1?}  p99 {:>9.1?}  p99.9 {:>9.1?}  max {:>9.1?}  n {}",
            self.per_mille(500),
            self.per_mille(990),
            self.per_mille(999),
            self.per_mille(1_000),
            self.0.len(),
        );
    }
}

pub(crate) fn ratio(one: Duration, other: Duration) -> f64 {
    one.as_secs_f64() / other.as_secs_f64()
}
