//! The question before a key is revoked, with what will break.

use askama::Template;
use chaser_keys::OldKeyUse;
use chaser_keys_storage::{KeyActivity, KeyOverview};
use time::{Duration, OffsetDateTime};

use crate::authentication::SignedIn;
use crate::dashboard::frame::{Frame, Section};
use crate::dashboard::wording::count::counted;
use crate::dashboard::wording::shown_time::{ShownTime, iso};

/// To revoke a key used within this time, the user must type its name.
const RECENT: Duration = Duration::DAY;

#[derive(Template)]
#[template(path = "keys/revoke.html")]
pub(super) struct RevokePage {
    frame: Frame,
    now: String,
    id: String,
    name: String,
    prefix: String,
    /// The prefix of the newest working successor, or else of the direct one: users fear to stop that key, too.
    successor: Option<String>,
    /// That successor is revoked, and no other works.
    successor_is_revoked: bool,
    effect: Effect,
    is_calm: bool,
    asks_for_name: bool,
    problem: Option<&'static str>,
}

/// Which callers will notice: the text before the time of the last use, the time, and the text after it.
#[derive(Debug, Eq, PartialEq)]
pub(super) struct Effect {
    pub(super) before: &'static str,
    pub(super) used: Option<ShownTime>,
    pub(super) after: String,
}

impl RevokePage {
    pub(super) fn new(
        user: &SignedIn,
        key: &KeyOverview,
        now: OffsetDateTime,
        problem: Option<&'static str>,
    ) -> Self {
        let new = key.successors.iter().find(|new| new.works()).or(key.successor());
        Self {
            frame: Frame::new(user, Section::Keys),
            now: iso(now),
            id: key.key.id.to_string(),
            name: key.key.name.as_str().to_owned(),
            prefix: key.key.prefix.as_str().to_owned(),
            successor: new.map(|new| new.prefix.as_str().to_owned()),
            successor_is_revoked: new.is_some_and(|new| !new.works()),
            effect: Effect::of(key.activity.as_ref(), now),
            is_calm: !was_used_recently(key, now),
            asks_for_name: asks_for_name(key, now),
            problem,
        }
    }
}

/// Whether the name must be typed: not if the dashboard says that it is safe to stop the key. A key whose usage cannot
/// be read counts as in use.
pub(super) fn asks_for_name(key: &KeyOverview, now: OffsetDateTime) -> bool {
    was_used_recently(key, now) && !key.old_key_use.is_some_and(OldKeyUse::is_safe_to_stop)
}

fn was_used_recently(key: &KeyOverview, now: OffsetDateTime) -> bool {
    key.activity.as_ref().is_none_or(|activity| activity.last_used_at.is_some_and(|used| now - used < RECENT))
}

impl Effect {
    pub(super) fn of(activity: Option<&KeyActivity>, now: OffsetDateTime) -> Self {
        let Some(activity) = activity else {
            return Self::without_time("Usage is temporarily unavailable: this key may be in use right now.");
        };
        let Some(last_used_at) = activity.last_used_at else {
            return Self::without_time("It was never used.");
        };
        let [.., yesterday, today] = activity.requests_by_day;
        let requests = match (today, yesterday) {
            (1.., _) => format!(", {} today.", counted(today, "request")),
            (0, 1..) => format!(", {} yesterday.", counted(yesterday, "request")),
            (0, 0) => ".".to_owned(),
        };
        Self { before: "Last used ", used: Some(ShownTime::new(last_used_at, now)), after: requests }
    }

    fn without_time(text: &'static str) -> Self {
        Self { before: text, used: None, after: String::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: OffsetDateTime = time::macros::datetime!(2026-06-13 12:00 UTC);

    fn text_of(activity: Option<KeyActivity>) -> String {
        let Effect { before, used, after } = Effect::of(activity.as_ref(), NOW);
        format!("{before}{}{after}", used.map(|at| at.ago).unwrap_or_default())
    }

    #[test]
    fn what_will_break_is_told_with_numbers() {
        let mut used =
            KeyActivity { last_used_at: Some(NOW - Duration::minutes(3)), ..KeyActivity::default() };
        assert_eq!(text_of(Some(used)), "Last used 3 minutes ago.");
        used.requests_by_day[12] = 7;
        assert_eq!(text_of(Some(used)), "Last used 3 minutes ago, 7 requests yesterday.");
        used.requests_by_day[13] = 1_204;
        assert_eq!(text_of(Some(used)), "Last used 3 minutes ago, 1,204 requests today.");
        assert_eq!(text_of(Some(KeyActivity::default())), "It was never used.");
        assert!(text_of(None).starts_with("Usage is temporarily unavailable"));
    }
}
