//! Whether an old key can be stopped without anybody noticing: what rotation is usually blind to.

use chaser_keys::KeyStatus;
use chaser_keys_storage::{KeyActivity, KeyOverview, Successor};
use time::{Duration, OffsetDateTime};

/// So long without a call after calls that came since the rotation.
const QUIET_AFTER_USE: Duration = Duration::hours(6);
/// So long without a call where none has come since the rotation. Not at once: a key that was called three
/// minutes before it was rotated will most likely be called in the next three.
const QUIET_AFTER_ROTATION: Duration = Duration::HOUR;

/// What is known of an old key's callers.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Callers {
    /// No call since the rotation, nor in the hour before now: safe to stop.
    NeverCameBack,
    /// No call since the rotation, but one so shortly before that nothing follows from it.
    TooEarlyToTell { last_used_at: OffsetDateTime },
    /// Calls came, but none for hours: safe to stop.
    WentQuiet { last_used_at: OffsetDateTime },
    /// Quiet for long enough, but nobody has called with the new key: perhaps they come once a day, or have not
    /// begun.
    NotMovedYet { last_used_at: Option<OffsetDateTime> },
    /// The new key was revoked, and so was whatever came after it.
    NowhereToGo { last_used_at: Option<OffsetDateTime> },
    /// Somebody still uses it.
    StillThere { last_used_at: OffsetDateTime, requests: u64 },
    /// Usage cannot be read now.
    Unknown,
}

impl Callers {
    /// Of a key in grace; none for any other.
    pub(super) fn of(key: &KeyOverview, now: OffsetDateTime) -> Option<Self> {
        let is_old = matches!(key.status, KeyStatus::Grace { .. });
        is_old.then(|| Self::beside(key.activity.as_ref(), &key.successors, now))
    }

    /// With a look at where they can have gone: to the next key, or on to one that it was rotated into.
    fn beside(activity: Option<&KeyActivity>, line: &[Successor], now: OffsetDateTime) -> Self {
        let rotated_at = line.first().map(|new| new.created_at);
        let callers = activity.map_or(Self::Unknown, |activity| Self::told_by(activity, rotated_at, now));
        let last_used_at = activity.and_then(|activity| activity.last_used_at);
        let mut working = line.iter().filter(|new| new.works()).peekable();
        if working.peek().is_none() {
            return Self::NowhereToGo { last_used_at };
        }
        let is_untried = working.all(|new| new.last_used_at.is_none());
        if callers.are_gone() && is_untried { Self::NotMovedYet { last_used_at } } else { callers }
    }

    fn told_by(activity: &KeyActivity, rotated_at: Option<OffsetDateTime>, now: OffsetDateTime) -> Self {
        let Some(last_used_at) = activity.last_used_at else { return Self::NeverCameBack };
        let quiet_for = now - last_used_at;
        let came_back = rotated_at.is_none_or(|rotated_at| last_used_at > rotated_at);
        match came_back {
            true if quiet_for >= QUIET_AFTER_USE => Self::WentQuiet { last_used_at },
            true => Self::StillThere { last_used_at, requests: activity.requests_since_rotation },
            false if quiet_for >= QUIET_AFTER_ROTATION => Self::NeverCameBack,
            false => Self::TooEarlyToTell { last_used_at },
        }
    }

    /// Whether one click may stop the key.
    pub(super) const fn are_gone(self) -> bool {
        matches!(self, Self::NeverCameBack | Self::WentQuiet { .. })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: OffsetDateTime = time::macros::datetime!(2026-06-13 12:00 UTC);

    /// Minutes ago: the last use and the rotation.
    fn callers(last_used: Option<i64>, rotated: i64) -> Callers {
        let activity = KeyActivity {
            last_used_at: last_used.map(|minutes| NOW - Duration::minutes(minutes)),
            requests_since_rotation: 124,
            ..KeyActivity::default()
        };
        Callers::told_by(&activity, Some(NOW - Duration::minutes(rotated)), NOW)
    }

    #[test]
    fn an_old_key_is_safe_to_stop_once_it_is_quiet() {
        let at = |minutes| NOW - Duration::minutes(minutes);
        let table = [
            (None, 0, Callers::NeverCameBack),
            (Some(60), 1, Callers::NeverCameBack),
            (Some(600), 500, Callers::NeverCameBack),
            (Some(59), 30, Callers::TooEarlyToTell { last_used_at: at(59) }),
            (Some(3), 0, Callers::TooEarlyToTell { last_used_at: at(3) }),
            (Some(3), 5, Callers::StillThere { last_used_at: at(3), requests: 124 }),
            (Some(359), 600, Callers::StillThere { last_used_at: at(359), requests: 124 }),
            (Some(360), 600, Callers::WentQuiet { last_used_at: at(360) }),
        ];
        for (last_used, rotated, expected) in table {
            assert_eq!(
                callers(last_used, rotated),
                expected,
                "used {last_used:?}, rotated {rotated} minutes ago"
            );
        }
        assert!(
            callers(None, 0).are_gone() && !callers(Some(3), 5).are_gone() && !Callers::Unknown.are_gone()
        );
    }

    #[test]
    fn what_has_nowhere_to_go_or_has_not_gone_there_yet_is_not_safe_to_stop() {
        let used = |minutes: Option<i64>| KeyActivity {
            last_used_at: minutes.map(|minutes| NOW - Duration::minutes(minutes)),
            ..KeyActivity::default()
        };
        let untried = Successor {
            id: "68c58c43-dafc-433c-9d19-3719ab740159".parse().unwrap(),
            prefix: "cha_live_qMRiH5q".parse().unwrap(),
            created_at: NOW - Duration::DAY,
            status: KeyStatus::Active,
            last_used_at: None,
        };
        let tried = Successor { last_used_at: Some(NOW), ..untried.clone() };
        let revoked = Successor { status: KeyStatus::Revoked { since: NOW }, ..tried.clone() };
        let ending = Successor { status: KeyStatus::Grace { until: NOW + Duration::DAY }, ..tried.clone() };
        let (quiet, at) = (Some(400), Some(NOW - Duration::minutes(400)));
        let went_quiet = Callers::WentQuiet { last_used_at: NOW - Duration::minutes(400) };
        let not_moved_yet = |last_used_at| Callers::NotMovedYet { last_used_at };
        let nowhere_to_go = |last_used_at| Callers::NowhereToGo { last_used_at };
        let table: [(Option<i64>, &[&Successor], Callers); 12] = [
            (quiet, &[&tried], went_quiet),
            (quiet, &[&untried], not_moved_yet(at)),
            (quiet, &[&revoked], nowhere_to_go(at)),
            (Some(3), &[&revoked], nowhere_to_go(Some(NOW - Duration::minutes(3)))),
            (None, &[&tried], Callers::NeverCameBack),
            (None, &[&untried], not_moved_yet(None)),
            (None, &[&revoked], nowhere_to_go(None)),
            // The new key was rotated itself: what counts is what works.
            (quiet, &[&revoked, &tried], went_quiet),
            (quiet, &[&revoked, &untried], not_moved_yet(at)),
            (quiet, &[&revoked, &revoked], nowhere_to_go(at)),
            (quiet, &[&ending, &untried], went_quiet),
            (quiet, &[&ending, &revoked], went_quiet),
        ];
        for (last_used, line, expected) in table {
            let line: Vec<Successor> = line.iter().copied().cloned().collect();
            let callers = Callers::beside(Some(&used(last_used)), &line, NOW);
            assert_eq!(callers, expected, "{last_used:?} {line:?}");
        }
        let nowhere = Callers::beside(None, &[revoked], NOW);
        assert!(!nowhere.are_gone() && !not_moved_yet(at).are_gone());
    }
}
