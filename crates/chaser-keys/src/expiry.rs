//! The moment a key stops authenticating: the one rule that the record, the index and SQL follow.

use core::fmt;

use time::OffsetDateTime;

/// The moment a key stops authenticating, in microseconds since the Unix epoch, as PostgreSQL counts time.
///
/// A key authenticates before this moment and not at it. Eight bytes and one comparison: a verifying node keeps one
/// for each key and asks it on every request.
///
/// ```
/// use chaser_keys::Expiry;
/// use time::{Duration, OffsetDateTime};
///
/// let end = OffsetDateTime::from_unix_timestamp(1_781_352_000)?;
/// let expiry = Expiry::at(end);
/// assert!(expiry.authenticates_at(end - Duration::MICROSECOND));
/// assert!(!expiry.authenticates_at(end));
///
/// assert!(Expiry::NEVER.authenticates_at(end));
/// assert!(!Expiry::ENDED.authenticates_at(end));
/// assert_eq!(Expiry::from(None), Expiry::NEVER);
/// # Ok::<(), time::error::ComponentRange>(())
/// ```
#[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Expiry(i64);

impl Expiry {
    /// After every moment, 292,000 years from now: the key authenticates until it is ended.
    pub const NEVER: Self = Self(i64::MAX);
    /// Before every moment: the key has ended, whatever a clock says.
    pub const ENDED: Self = Self(i64::MIN);

    /// A moment of the authority's clock; parts of a microsecond are cut off, so that no key works longer.
    #[must_use]
    pub const fn at(moment: OffsetDateTime) -> Self {
        Self(unix_microseconds(moment))
    }

    /// An expiry that was stored as [`Self::unix_microseconds`].
    #[must_use]
    pub const fn from_unix_microseconds(microseconds: i64) -> Self {
        Self(microseconds)
    }

    /// The number to store. `i64::MAX` is [`Self::NEVER`], `i64::MIN` is [`Self::ENDED`].
    #[must_use]
    pub const fn unix_microseconds(self) -> i64 {
        self.0
    }

    /// Whether the key authenticates at a time that is given in microseconds since the Unix epoch.
    #[must_use]
    pub const fn is_after_unix_microseconds(self, now: i64) -> bool {
        now < self.0
    }

    /// Whether the key authenticates at a moment of the authority's clock.
    #[must_use]
    pub const fn authenticates_at(self, moment: OffsetDateTime) -> bool {
        self.is_after_unix_microseconds(unix_microseconds(moment))
    }

    /// The earlier of two: a key that can end for two reasons ends at the first.
    #[must_use]
    pub const fn earlier(self, other: Self) -> Self {
        if self.0 < other.0 { self } else { other }
    }
}

/// No moment is [`Expiry::NEVER`].
impl From<Option<OffsetDateTime>> for Expiry {
    fn from(moment: Option<OffsetDateTime>) -> Self {
        moment.map_or(Self::NEVER, Self::at)
    }
}

impl fmt::Debug for Expiry {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::NEVER => formatter.write_str("Expiry(never)"),
            Self::ENDED => formatter.write_str("Expiry(ended)"),
            Self(microseconds) => write!(formatter, "Expiry({microseconds})"),
        }
    }
}

/// Rounds down, also before 1970. Saturates at the ends of an `i64`, which only years of six digits reach.
const fn unix_microseconds(moment: OffsetDateTime) -> i64 {
    let whole_seconds = moment.unix_timestamp().saturating_mul(1_000_000);
    whole_seconds.saturating_add(moment.microsecond() as i64)
}

#[cfg(test)]
mod tests {
    use time::Duration;
    use time::macros::datetime;

    use super::*;

    #[test]
    fn a_key_authenticates_before_its_end_and_not_at_it() {
        let end = datetime!(2026-06-13 12:00:00.000_005 UTC);
        let table = [
            (Expiry::at(end), end - Duration::MICROSECOND, true),
            (Expiry::at(end), end, false),
            (Expiry::at(end), end + Duration::MICROSECOND, false),
            (Expiry::NEVER, datetime!(9999-12-31 23:59:59.999_999 UTC), true),
            (Expiry::ENDED, datetime!(-9999-01-01 0:00 UTC), false),
        ];
        for (expiry, moment, authenticates) in table {
            assert_eq!(expiry.authenticates_at(moment), authenticates, "{expiry:?} at {moment}");
            let now = Expiry::at(moment).unix_microseconds();
            assert_eq!(expiry.is_after_unix_microseconds(now), authenticates, "{expiry:?} at {now}");
        }
    }

    #[test]
    fn a_moment_is_cut_to_the_microsecond_before_it() {
        let table = [
            (datetime!(1970-01-01 0:00 UTC), 0),
            (datetime!(1970-01-01 0:00:00.000_000_999 UTC), 0),
            (datetime!(1970-01-01 0:00:00.000_001 UTC), 1),
            (datetime!(1970-01-01 1:00 +1), 0),
            (datetime!(1969-12-31 23:59:59.999_999_999 UTC), -1),
            (datetime!(1969-12-31 23:59:59.5 UTC), -500_000),
            (datetime!(2026-06-13 12:00:00.000_007 UTC), 1_781_352_000_000_007),
        ];
        for (moment, microseconds) in table {
            assert_eq!(Expiry::at(moment).unix_microseconds(), microseconds, "{moment}");
        }
    }

    #[test]
    fn the_earlier_of_two_ends_a_key() {
        let ends = [Expiry::ENDED, Expiry(-1), Expiry(0), Expiry(1), Expiry::NEVER];
        for one in ends {
            for other in ends {
                assert_eq!(one.earlier(other), one.min(other));
            }
        }
    }
}
