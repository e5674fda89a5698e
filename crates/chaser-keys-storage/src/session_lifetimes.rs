//! How long a dashboard session lasts.

use time::{Duration, OffsetDateTime};

/// When a session ends by itself (OWASP ASVS 5.0 §7.3).
#[derive(Clone, Copy, Debug)]
pub struct SessionLifetimes {
    /// The longest pause between two requests; 30 minutes by default.
    pub idle: std::time::Duration,
    /// The longest time since the sign-in; 12 hours by default.
    pub absolute: std::time::Duration,
}

impl Default for SessionLifetimes {
    fn default() -> Self {
        Self { idle: std::time::Duration::from_mins(30), absolute: std::time::Duration::from_hours(12) }
    }
}

/// `last_seen_at` is written at most once a minute, so that most requests write nothing.
const TOUCH_AFTER: Duration = Duration::MINUTE;

impl SessionLifetimes {
    /// Whether a session has ended at `now`.
    pub(crate) fn are_over(
        self,
        last_seen_at: OffsetDateTime,
        expires_at: OffsetDateTime,
        now: OffsetDateTime,
    ) -> bool {
        now >= expires_at || now >= last_seen_at + self.idle
    }

    /// Whether to write `last_seen_at`: each minute, or four times within a shorter idle limit.
    pub(crate) fn should_touch(self, last_seen_at: OffsetDateTime, now: OffsetDateTime) -> bool {
        now - last_seen_at >= TOUCH_AFTER.min(Duration::try_from(self.idle / 4).unwrap_or(TOUCH_AFTER))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_ends_at_the_idle_limit_or_the_absolute_one_whichever_comes_first() {
        let lifetimes = SessionLifetimes::default();
        let start = OffsetDateTime::UNIX_EPOCH;
        let expires_at = start + Duration::hours(12);
        let table = [
            (Duration::ZERO, Duration::minutes(29), false),
            (Duration::ZERO, Duration::minutes(30), true),
            (Duration::minutes(719), Duration::minutes(719), false),
            (Duration::minutes(719), Duration::minutes(720), true),
        ];
        for (seen, now, expected) in table {
            assert_eq!(lifetimes.are_over(start + seen, expires_at, start + now), expected, "{seen} {now}");
        }
    }
}
