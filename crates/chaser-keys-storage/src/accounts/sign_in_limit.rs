//! The rule of the sign-in throttle, without a clock or a database.
//!
//! The generic cell rate algorithm (ITU-T I.371): all that is stored of a bucket is the time at which its failures are
//! forgiven. Each failure adds an interval to it; while it lies too far ahead, attempts are refused.

use std::time::Duration;

use time::OffsetDateTime;

/// How many failures are allowed: `burst` of them, and one more for every `interval` that passes.
#[derive(Clone, Copy)]
pub(super) struct SignInLimit {
    burst: u32,
    pub(super) interval: Duration,
}

impl SignInLimit {
    /// Guesses at one account, from one network or with one browser: ten, then ten a minute.
    pub(super) const PER_ACCOUNT: Self = Self { burst: 10, interval: Duration::from_secs(6) };
    /// Guesses from one network, at any accounts: a hundred, then one a second.
    pub(super) const PER_NETWORK: Self = Self { burst: 100, interval: Duration::from_secs(1) };

    /// How long to wait until one more failure is allowed; zero if it is allowed now.
    pub(super) fn wait(self, clears_at: OffsetDateTime, now: OffsetDateTime) -> Duration {
        let full = self.interval * (self.burst - 1);
        Duration::try_from(clears_at - now).unwrap_or(Duration::ZERO).saturating_sub(full)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_failures_are_free_and_the_eleventh_waits_for_one_interval() {
        let limit = SignInLimit::PER_ACCOUNT;
        let now = OffsetDateTime::UNIX_EPOCH;
        let after = |failures: u32| limit.wait(now + limit.interval * failures, now);
        assert_eq!(after(9), Duration::ZERO);
        assert_eq!(after(10), limit.interval);
        assert_eq!(after(11), limit.interval * 2);
    }
}
