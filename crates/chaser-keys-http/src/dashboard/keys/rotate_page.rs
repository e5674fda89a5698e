//! The page with the form that rotates a key: how long the old key continues to work, and when exactly it stops.

use askama::Template;
use chaser_keys::GracePeriod;
use chaser_keys_storage::KeyOverview;
use time::OffsetDateTime;

use super::last_used::LastUsed;
use crate::authentication::SignedIn;
use crate::dashboard::frame::{Frame, Section};
use crate::dashboard::nonce;
use crate::dashboard::problem::Problem;
use crate::dashboard::wording::shown_time::{ShownTime, iso};

/// Grace periods to choose from, in days; any other number can be typed.
const OFFERED: [(i64, &str); 4] = [(0, "Now: stop at once"), (1, "1 day"), (7, "7 days"), (30, "30 days")];

#[derive(Template)]
#[template(path = "keys/rotate.html")]
pub(super) struct RotatePage {
    frame: Frame,
    now: String,
    id: String,
    name: String,
    prefix: String,
    used: LastUsed,
    secret_was_missed: bool,
    nonce: String,
    choices: Vec<Choice>,
    other_is_chosen: bool,
    days: String,
    warning: Warning,
    problems: Vec<Problem>,
}

struct Choice {
    days: i64,
    label: &'static str,
    until: Option<ShownTime>,
    is_chosen: bool,
}

/// What happens to callers without a grace period: the text before the time of the last use, the time, and the rest.
struct Warning {
    before: &'static str,
    used: Option<ShownTime>,
    after: &'static str,
}

/// The choice in a link, or in a form that is asked again.
pub(super) struct Chosen<'text> {
    pub(super) grace: &'text str,
    pub(super) days: &'text str,
}

impl RotatePage {
    pub(super) fn new(
        user: &SignedIn,
        key: &KeyOverview,
        now: OffsetDateTime,
        chosen: &Chosen<'_>,
        problems: Vec<Problem>,
    ) -> Self {
        let last_used = LastUsed::of(key.activity.as_ref(), now);
        Self {
            frame: Frame::new(user, Section::Keys),
            now: iso(now),
            id: key.key.id.to_string(),
            name: key.key.name.as_str().to_owned(),
            prefix: key.key.prefix.as_str().to_owned(),
            secret_was_missed: !key.secret_is_confirmed,
            nonce: nonce::fresh(),
            choices: choices(chosen.grace, now),
            other_is_chosen: chosen.grace == "other",
            days: chosen.days.to_owned(),
            warning: Warning::new(&last_used, !key.secret_is_confirmed),
            used: last_used,
            problems,
        }
    }
}

/// One choice is always selected: the default, unless another is given.
fn choices(chosen: &str, now: OffsetDateTime) -> Vec<Choice> {
    let is_offered = OFFERED.iter().any(|(days, _)| days.to_string() == chosen) || chosen == "other";
    let default = GracePeriod::default().days().to_string();
    let chosen = if is_offered { chosen } else { &default };
    let choice = |(days, label): (i64, &'static str)| Choice {
        days,
        label,
        until: until(days, now),
        is_chosen: days.to_string() == chosen,
    };
    OFFERED.into_iter().map(choice).collect()
}

fn until(days: i64, now: OffsetDateTime) -> Option<ShownTime> {
    let grace = GracePeriod::from_days(days).ok().filter(|grace| *grace != GracePeriod::NONE)?;
    Some(ShownTime::exact(grace.ends_at(now)))
}

impl Warning {
    fn new(used: &LastUsed, secret_was_missed: bool) -> Self {
        let (before, used, after) = match used {
            LastUsed::At(at) => ("Last used ", Some(at.clone()), ". Callers will fail immediately."),
            LastUsed::Never if secret_was_missed => {
                ("Never used: if nobody has its secret, nobody will notice.", None, "")
            }
            LastUsed::Never => ("Never used: nobody will notice.", None, ""),
            LastUsed::Unknown => ("Callers, if there are any, will fail immediately.", None, ""),
        };
        Self { before, used, after }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: OffsetDateTime = time::macros::datetime!(2026-06-13 12:00 UTC);

    fn chosen(text: &str) -> Option<&'static str> {
        choices(text, NOW).into_iter().find(|choice| choice.is_chosen).map(|choice| choice.label)
    }

    #[test]
    fn seven_days_are_chosen_unless_something_else_is() {
        assert_eq!((chosen(""), chosen("31"), chosen("x")), (Some("7 days"), Some("7 days"), Some("7 days")));
        assert_eq!(
            (chosen("0"), chosen("30"), chosen("other")),
            (Some("Now: stop at once"), Some("30 days"), None)
        );
    }

    #[test]
    fn each_choice_tells_when_the_old_key_stops() {
        let stops: Vec<_> =
            choices("", NOW).into_iter().map(|choice| choice.until.map(|at| at.exact)).collect();
        let expected = [
            None,
            Some("14 Jun 2026, 12:00 UTC"),
            Some("20 Jun 2026, 12:00 UTC"),
            Some("13 Jul 2026, 12:00 UTC"),
        ];
        assert_eq!(stops.iter().map(Option::as_deref).collect::<Vec<_>>(), expected);
    }
}
