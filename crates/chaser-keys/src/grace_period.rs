//! How long an old key keeps working after it was rotated.

use core::error::Error;
use core::fmt;

use time::{Duration, OffsetDateTime};

/// Whole days, 0 to 30, during which a rotated key still authenticates; 7 by default.
///
/// ```
/// use chaser_keys::GracePeriod;
///
/// assert_eq!(GracePeriod::default().days(), 7);
/// assert_eq!(GracePeriod::from_days(0)?, GracePeriod::NONE);
/// assert!(GracePeriod::from_days(31).is_err());
/// # Ok::<(), chaser_keys::GracePeriodOutOfRange>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct GracePeriod(u8);

/// A number of days outside 0 to 30.
///
/// ```
/// use chaser_keys::GracePeriod;
///
/// let error = GracePeriod::from_days(-1).unwrap_err();
/// assert_eq!(error.to_string(), "the grace period is a whole number of days from 0 to 30");
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct GracePeriodOutOfRange {}

impl fmt::Display for GracePeriodOutOfRange {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the grace period is a whole number of days from 0 to 30")
    }
}

impl Error for GracePeriodOutOfRange {}

impl GracePeriod {
    /// The old key stops immediately.
    pub const NONE: Self = Self(0);
    /// Seven days.
    pub const DEFAULT: Self = Self(7);
    /// The longest grace period, in days.
    pub const MAX_DAYS: u8 = 30;

    /// A grace period of 0 to 30 days.
    ///
    /// Takes an `i64` so that a caller need not decide what −1 or 256 becomes.
    ///
    /// # Errors
    /// [`GracePeriodOutOfRange`] for any other number.
    pub fn from_days(days: i64) -> Result<Self, GracePeriodOutOfRange> {
        match u8::try_from(days) {
            Ok(days) if days <= Self::MAX_DAYS => Ok(Self(days)),
            _ => Err(GracePeriodOutOfRange {}),
        }
    }

    /// The number of days, 0 to 30.
    #[must_use]
    pub const fn days(self) -> u8 {
        self.0
    }

    /// When a key rotated at `now` stops authenticating: now itself without grace, otherwise that number of
    /// days of 86,400 seconds later, on the next whole second.
    ///
    /// Whole, because the API shows times in seconds and a key must stop at the second that was shown;
    /// the next one, because the promise is *at least* that many days.
    ///
    /// # Panics
    ///
    /// If it would end after the year 9999.
    ///
    /// ```
    /// use chaser_keys::GracePeriod;
    /// use time::{Duration, OffsetDateTime};
    ///
    /// let now = OffsetDateTime::UNIX_EPOCH + Duration::milliseconds(250);
    /// assert_eq!(GracePeriod::NONE.ends_at(now), now);
    /// assert_eq!(
    ///     GracePeriod::from_days(1)?.ends_at(now),
    ///     OffsetDateTime::UNIX_EPOCH + Duration::DAY + Duration::SECOND,
    /// );
    /// # Ok::<(), chaser_keys::GracePeriodOutOfRange>(())
    /// ```
    #[must_use]
    pub fn ends_at(self, now: OffsetDateTime) -> OffsetDateTime {
        if self == Self::NONE {
            return now;
        }
        let end = now + Duration::days(i64::from(self.0));
        match i64::from(end.nanosecond()) {
            0 => end,
            past_the_second => end + Duration::SECOND - Duration::nanoseconds(past_the_second),
        }
    }
}

impl TryFrom<i64> for GracePeriod {
    type Error = GracePeriodOutOfRange;

    fn try_from(days: i64) -> Result<Self, GracePeriodOutOfRange> {
        Self::from_days(days)
    }
}

impl Default for GracePeriod {
    fn default() -> Self {
        Self::DEFAULT
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_from_0_to_30_are_a_grace_period_and_nothing_else_is() {
        for days in -300..300 {
            assert_eq!(GracePeriod::from_days(days).is_ok(), (0..=30).contains(&days), "{days}");
        }
        for days in [i64::MIN, 256, i64::MAX] {
            assert_eq!(GracePeriod::from_days(days), Err(GracePeriodOutOfRange {}));
        }
    }
}
