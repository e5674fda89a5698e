//! Whether a rotated key can be stopped before its grace period ends, without breaking a client.

use time::{Duration, OffsetDateTime};

use crate::KeyStatus;

/// What the usage of a rotated key says about stopping it now. [`OldKeyUse::of`] decides.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum OldKeyUse {
    /// No request since the rotation, nor within [`OldKeyUse::IDLE_AFTER_ROTATION`]: safe to stop.
    Unused,
    /// No request since the rotation, but one so shortly before now that nothing follows from it.
    JustRotated {
        /// The last request.
        last_used_at: OffsetDateTime,
    },
    /// Requests came after the rotation, but none within [`OldKeyUse::IDLE_AFTER_USE`]: safe to stop.
    Idle {
        /// The last request.
        last_used_at: OffsetDateTime,
    },
    /// Unused or idle, but no successor that works was ever used: clients may call once a day, or have not begun.
    SuccessorUnused {
        /// The last request of the old key.
        last_used_at: Option<OffsetDateTime>,
    },
    /// No successor works any more: stopping the old key leaves its clients without a key.
    NoWorkingSuccessor {
        /// The last request of the old key; also none if it cannot be read.
        last_used_at: Option<OffsetDateTime>,
    },
    /// A client still uses it.
    InUse {
        /// The last request.
        last_used_at: OffsetDateTime,
        /// Requests since the rotation.
        requests: u64,
    },
    /// Usage cannot be read now.
    Unknown,
}

/// How a rotated key is used.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct OldKeyRequests {
    /// The last request; none if there never was one.
    pub last_used_at: Option<OffsetDateTime>,
    /// Requests since the rotation.
    pub since_rotation: u64,
}

impl OldKeyRequests {
    /// As they are counted.
    #[must_use]
    pub const fn new(last_used_at: Option<OffsetDateTime>, since_rotation: u64) -> Self {
        Self { last_used_at, since_rotation }
    }
}

/// A key that came after a rotated one: the key it was rotated into, that key's own successor, and so on.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct SuccessorUse {
    /// When it was issued, which is when the key before it was rotated.
    pub created_at: OffsetDateTime,
    /// What it is now.
    pub status: KeyStatus,
    /// Its last request; also none if it cannot be read.
    pub last_used_at: Option<OffsetDateTime>,
}

impl SuccessorUse {
    /// What the rule needs to know of a successor.
    #[must_use]
    pub const fn new(
        created_at: OffsetDateTime,
        status: KeyStatus,
        last_used_at: Option<OffsetDateTime>,
    ) -> Self {
        Self { created_at, status, last_used_at }
    }
}

impl OldKeyUse {
    /// How long a key that was used after its rotation must be idle until it counts as no longer used.
    pub const IDLE_AFTER_USE: Duration = Duration::hours(6);
    /// The same for a key that was not used after its rotation. Not zero: a client that called three minutes before
    /// the rotation will most likely call in the next three.
    pub const IDLE_AFTER_ROTATION: Duration = Duration::HOUR;

    /// Decides for a key in grace, from its requests (none if they cannot be read) and its successors, the nearest
    /// first.
    ///
    /// ```
    /// use chaser_keys::{KeyStatus, OldKeyRequests, OldKeyUse, SuccessorUse};
    /// use time::{Duration, OffsetDateTime};
    ///
    /// let now = OffsetDateTime::from_unix_timestamp(1_781_352_000)?;
    /// let rotated_at = now - Duration::DAY;
    /// let successor = SuccessorUse::new(rotated_at, KeyStatus::Active, Some(now));
    ///
    /// let seven_hours_ago = OldKeyRequests::new(Some(now - Duration::hours(7)), 12);
    /// assert!(OldKeyUse::of(Some(seven_hours_ago), &[successor], now).is_safe_to_stop());
    ///
    /// let just_now = OldKeyRequests::new(Some(now), 12);
    /// assert!(!OldKeyUse::of(Some(just_now), &[successor], now).is_safe_to_stop());
    /// # Ok::<(), time::error::ComponentRange>(())
    /// ```
    #[must_use]
    pub fn of(requests: Option<OldKeyRequests>, successors: &[SuccessorUse], now: OffsetDateTime) -> Self {
        let last_used_at = requests.and_then(|requests| requests.last_used_at);
        let mut working = successors.iter().filter(|successor| successor.status.authenticates()).peekable();
        if working.peek().is_none() {
            return Self::NoWorkingSuccessor { last_used_at };
        }
        let is_successor_unused = working.all(|successor| successor.last_used_at.is_none());
        let rotated_at = successors.first().map(|successor| successor.created_at);
        let own = requests.map_or(Self::Unknown, |requests| Self::of_requests(requests, rotated_at, now));
        if own.is_safe_to_stop() && is_successor_unused {
            Self::SuccessorUnused { last_used_at }
        } else {
            own
        }
    }

    /// What the old key's own requests say.
    fn of_requests(
        requests: OldKeyRequests,
        rotated_at: Option<OffsetDateTime>,
        now: OffsetDateTime,
    ) -> Self {
        let Some(last_used_at) = requests.last_used_at else { return Self::Unused };
        let idle_for = now - last_used_at;
        let was_used_since_rotation = rotated_at.is_none_or(|rotated_at| last_used_at > rotated_at);
        match was_used_since_rotation {
            true if idle_for >= Self::IDLE_AFTER_USE => Self::Idle { last_used_at },
            true => Self::InUse { last_used_at, requests: requests.since_rotation },
            false if idle_for >= Self::IDLE_AFTER_ROTATION => Self::Unused,
            false => Self::JustRotated { last_used_at },
        }
    }

    /// Whether the key can be stopped now without breaking a client.
    #[must_use]
    pub const fn is_safe_to_stop(self) -> bool {
        matches!(self, Self::Unused | Self::Idle { .. })
    }

    /// The word for it in the API, such as `successor_unused`.
    ///
    /// ```
    /// assert_eq!(chaser_keys::OldKeyUse::Unused.as_str(), "unused");
    /// ```
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unused => "unused",
            Self::JustRotated { .. } => "just_rotated",
            Self::Idle { .. } => "idle",
            Self::SuccessorUnused { .. } => "successor_unused",
            Self::NoWorkingSuccessor { .. } => "no_working_successor",
            Self::InUse { .. } => "in_use",
            Self::Unknown => "unknown",
        }
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    const NOW: OffsetDateTime = datetime!(2026-06-13 12:00 UTC);

    const fn ago(minutes: i64) -> OffsetDateTime {
        NOW.saturating_sub(Duration::minutes(minutes))
    }

    /// 124 requests since the rotation, the last of them that many minutes ago.
    fn requests(minutes: Option<i64>) -> OldKeyRequests {
        OldKeyRequests::new(minutes.map(ago), 124)
    }

    #[test]
    fn an_old_key_is_safe_to_stop_once_it_is_idle() {
        // Minutes ago: the last use, the rotation.
        let table = [
            (None, 0, OldKeyUse::Unused),
            (Some(60), 1, OldKeyUse::Unused),
            (Some(600), 500, OldKeyUse::Unused),
            (Some(59), 30, OldKeyUse::JustRotated { last_used_at: ago(59) }),
            (Some(3), 0, OldKeyUse::JustRotated { last_used_at: ago(3) }),
            (Some(3), 5, OldKeyUse::InUse { last_used_at: ago(3), requests: 124 }),
            (Some(359), 600, OldKeyUse::InUse { last_used_at: ago(359), requests: 124 }),
            (Some(360), 600, OldKeyUse::Idle { last_used_at: ago(360) }),
        ];
        for (last_used, rotated, expected) in table {
            let successor = SuccessorUse::new(ago(rotated), KeyStatus::Active, Some(NOW));
            let decided = OldKeyUse::of(Some(requests(last_used)), &[successor], NOW);
            assert_eq!(decided, expected, "used {last_used:?}, rotated {rotated} minutes ago");
        }
    }

    #[test]
    fn an_old_key_is_safe_to_stop_only_if_a_key_that_works_in_its_place_is_used() {
        let unused = SuccessorUse::new(ago(24 * 60), KeyStatus::Active, None);
        let used = SuccessorUse { last_used_at: Some(NOW), ..unused };
        let revoked = SuccessorUse { status: KeyStatus::Revoked { since: NOW }, ..used };
        let ending = SuccessorUse { status: KeyStatus::Grace { until: NOW + Duration::DAY }, ..used };
        let idle = OldKeyUse::Idle { last_used_at: ago(400) };
        let successor_unused =
            |minutes: Option<i64>| OldKeyUse::SuccessorUnused { last_used_at: minutes.map(ago) };
        let no_successor =
            |minutes: Option<i64>| OldKeyUse::NoWorkingSuccessor { last_used_at: minutes.map(ago) };
        let table: [(Option<i64>, &[SuccessorUse], OldKeyUse); 13] = [
            (Some(400), &[used], idle),
            (Some(400), &[unused], successor_unused(Some(400))),
            (Some(400), &[revoked], no_successor(Some(400))),
            (Some(400), &[], no_successor(Some(400))),
            (Some(3), &[revoked], no_successor(Some(3))),
            (None, &[used], OldKeyUse::Unused),
            (None, &[unused], successor_unused(None)),
            (None, &[revoked], no_successor(None)),
            // The new key was rotated itself: what counts is what works.
            (Some(400), &[revoked, used], idle),
            (Some(400), &[revoked, unused], successor_unused(Some(400))),
            (Some(400), &[revoked, revoked], no_successor(Some(400))),
            (Some(400), &[ending, unused], idle),
            (Some(400), &[ending, revoked], idle),
        ];
        for (last_used, successors, expected) in table {
            let decided = OldKeyUse::of(Some(requests(last_used)), successors, NOW);
            assert_eq!(decided, expected, "{last_used:?} {successors:?}");
        }
    }

    #[test]
    fn where_usage_cannot_be_read_nothing_is_safe_to_stop() {
        let used = SuccessorUse::new(ago(60), KeyStatus::Active, Some(NOW));
        let revoked = SuccessorUse { status: KeyStatus::Revoked { since: NOW }, ..used };
        assert_eq!(OldKeyUse::of(None, &[used], NOW), OldKeyUse::Unknown);
        assert_eq!(
            OldKeyUse::of(None, &[revoked], NOW),
            OldKeyUse::NoWorkingSuccessor { last_used_at: None }
        );
        assert!(!OldKeyUse::Unknown.is_safe_to_stop());
    }
}
