//! A key in the list.

use chaser_keys::{KeyMode, KeyStatus};
use chaser_keys_storage::KeyOverview;
use time::OffsetDateTime;

use super::bars::Bars;
use super::last_used::LastUsed;
use super::note::Note;
use crate::dashboard::wording::shown_time::{Deadline, ShownTime};

/// A key as the list shows it.
pub(super) struct Row {
    pub(super) id: String,
    pub(super) class: &'static str,
    pub(super) name: String,
    pub(super) prefix: String,
    /// Which key of a rotated pair it is, if both are shown together.
    pub(super) turn: Option<&'static str>,
    /// The prefix of the key above it, which it replaces.
    pub(super) replaces: Option<String>,
    pub(super) is_test: bool,
    pub(super) badge: Badge,
    pub(super) used: LastUsed,
    pub(super) bars: Option<Bars>,
    pub(super) created: ShownTime,
    pub(super) note: Option<Note>,
    pub(super) acts: &'static [Act],
}

/// A status as a word with an icon, so that colour is not its only sign (WCAG 1.4.1).
pub(super) struct Badge {
    pub(super) class: &'static str,
    pub(super) icon: &'static str,
    pub(super) word: &'static str,
    pub(super) until: Option<Deadline>,
    pub(super) since: Option<ShownTime>,
}

/// An operation on a key.
pub(super) struct Act {
    pub(super) path: &'static str,
    pub(super) word: &'static str,
    pub(super) is_danger: bool,
}

const RENAME: Act = Act { path: "rename", word: "Rename", is_danger: false };
const ROTATE: Act = Act { path: "rotate", word: "Rotate", is_danger: false };
const REVOKE: Act = Act { path: "revoke", word: "Revoke", is_danger: true };

impl Row {
    pub(super) fn new(key: &KeyOverview, now: OffsetDateTime) -> Self {
        let activity = key.activity.as_ref();
        Self {
            id: key.key.id.to_string(),
            class: if is_revoked(key) { "revoked" } else { "" },
            name: key.key.name.as_str().to_owned(),
            prefix: key.key.prefix.as_str().to_owned(),
            turn: None,
            replaces: None,
            is_test: key.key.mode == KeyMode::Test,
            badge: Badge::of(key, now),
            used: LastUsed::of(activity, now),
            bars: activity.map(|activity| Bars::new(activity, now)),
            created: ShownTime::new(key.key.created_at, now),
            note: Note::of(key, now),
            acts: acts(key.status),
        }
    }

    /// Rows in the order of the page, except that a key and its successor are shown together.
    pub(super) fn list(keys: &[KeyOverview], now: OffsetDateTime) -> Vec<Self> {
        let is_old = |key: &&KeyOverview| matches!(key.status, KeyStatus::Grace { .. });
        let mut rows = Vec::with_capacity(keys.len());
        for key in keys {
            let follows = |old: &&KeyOverview| old.successor().is_some_and(|new| new.id == key.key.id);
            if keys.iter().filter(is_old).any(|old| follows(&old)) {
                continue;
            }
            rows.push(Self::new(key, now));
            append_successors(key, keys, now, &mut rows);
        }
        rows
    }
}

/// The successor of a key in grace, its successor and so on, if they are on the same page.
fn append_successors(old: &KeyOverview, keys: &[KeyOverview], now: OffsetDateTime, rows: &mut Vec<Row>) {
    let mut old = old;
    while let (KeyStatus::Grace { .. }, Some(successor)) = (old.status, old.successor()) {
        let Some(new) = keys.iter().find(|key| key.key.id == successor.id) else { break };
        if let Some(row) = rows.last_mut() {
            row.class = if row.replaces.is_some() { "is-next has-next" } else { "has-next" };
            row.turn = Some("Old key");
        }
        let replaces = Some(old.key.prefix.as_str().to_owned());
        let (class, turn) =
            if is_revoked(new) { ("is-next revoked", None) } else { ("is-next", Some("New key")) };
        rows.push(Row { class, turn, replaces, ..Row::new(new, now) });
        old = new;
    }
}

impl Badge {
    fn of(key: &KeyOverview, now: OffsetDateTime) -> Self {
        match key.status {
            KeyStatus::Active if !key.secret_is_confirmed => {
                Self::new("badge-warn", "alert", "Secret not confirmed")
            }
            KeyStatus::Active => Self::new("badge-ok", "ok", "Active"),
            KeyStatus::Grace { until } => Self {
                until: Some(Deadline::new(until, now)),
                ..Self::new("badge-warn", "clock", "Stops in")
            },
            KeyStatus::Revoked { since } => {
                Self { since: Some(ShownTime::new(since, now)), ..Self::new("", "off", "Revoked") }
            }
            other => Self::new("", "off", other.as_str()),
        }
    }

    const fn new(class: &'static str, icon: &'static str, word: &'static str) -> Self {
        Self { class, icon, word, until: None, since: None }
    }
}

fn is_revoked(key: &KeyOverview) -> bool {
    matches!(key.status, KeyStatus::Revoked { .. })
}

/// None for a key in grace, which is stopped from its note, and for a revoked one.
const fn acts(status: KeyStatus) -> &'static [Act] {
    match status {
        KeyStatus::Active => &[RENAME, ROTATE, REVOKE],
        KeyStatus::Grace { .. } => &[RENAME],
        _ => &[],
    }
}
