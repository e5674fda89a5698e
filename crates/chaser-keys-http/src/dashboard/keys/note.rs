//! The line below a key that needs attention: the reason, and what can be done.

use chaser_keys::{KeyStatus, OldKeyUse};
use chaser_keys_storage::{KeyOverview, Successor};
use time::OffsetDateTime;

use crate::dashboard::wording::count::counted;
use crate::dashboard::wording::shown_time::ShownTime;

/// Why a key needs attention, with an action.
#[derive(Debug, Eq, PartialEq)]
pub(super) struct Note {
    pub(super) class: &'static str,
    pub(super) icon: &'static str,
    pub(super) successor: Option<SuccessorView>,
    /// The text before the time of the last use; the time is `used`, the text after it `rest`.
    pub(super) text: String,
    pub(super) used: Option<ShownTime>,
    pub(super) rest: String,
    pub(super) way: NoteWay,
}

/// The key that replaced this one, and since when.
#[derive(Debug, Eq, PartialEq)]
pub(super) struct SuccessorView {
    pub(super) prefix: String,
    pub(super) since: ShownTime,
}

/// The action that the note offers.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum NoteWay {
    /// Stop the old key immediately: it is not in use.
    StopWithOneClick,
    /// Stop it after a question on a page of its own.
    AskToStop,
    /// Confirm that the secret was saved, or get a new one.
    ConfirmSecret,
}

impl Note {
    /// `None` for a key that needs no attention.
    pub(super) fn of(key: &KeyOverview, now: OffsetDateTime) -> Option<Self> {
        match key.status {
            KeyStatus::Grace { .. } => key.old_key_use.map(|usage| Self::of_old_key(key, usage, now)),
            KeyStatus::Active if !key.secret_is_confirmed => Some(Self::of_unconfirmed()),
            _ => None,
        }
    }

    fn of_unconfirmed() -> Self {
        Self {
            class: "note-warn",
            icon: "alert",
            successor: None,
            text: "Nobody said that this key’s secret was saved. Missed it?".to_owned(),
            used: None,
            rest: String::new(),
            way: NoteWay::ConfirmSecret,
        }
    }

    fn of_old_key(key: &KeyOverview, usage: OldKeyUse, now: OffsetDateTime) -> Self {
        let (text, used, rest) = words_of(usage);
        let is_safe = usage.is_safe_to_stop();
        Self {
            class: if is_safe { "note-ok" } else { "note-warn" },
            icon: if is_safe { "ok" } else { "clock" },
            successor: key
                .successor()
                .filter(|_| !matches!(usage, OldKeyUse::NoWorkingSuccessor { .. }))
                .map(|successor| SuccessorView::new(successor, now)),
            text: text.to_owned(),
            used: used.map(|at| ShownTime::new(at, now)),
            rest,
            way: if is_safe { NoteWay::StopWithOneClick } else { NoteWay::AskToStop },
        }
    }
}

impl SuccessorView {
    fn new(successor: &Successor, now: OffsetDateTime) -> Self {
        Self {
            prefix: successor.prefix.as_str().to_owned(),
            since: ShownTime::new(successor.created_at, now),
        }
    }
}

fn words_of(usage: OldKeyUse) -> (&'static str, Option<OffsetDateTime>, String) {
    match usage {
        OldKeyUse::Unused => ("Not used since rotation: safe to stop now.", None, String::new()),
        OldKeyUse::JustRotated { last_used_at } => (
            "Not used since rotation, but last used",
            Some(last_used_at),
            ": safe to stop after an hour without calls.".to_owned(),
        ),
        OldKeyUse::Idle { last_used_at } => {
            ("The old key was last called", Some(last_used_at), ": safe to stop now.".to_owned())
        }
        OldKeyUse::SuccessorUnused { last_used_at: None } => {
            ("The new key has not been used yet, and the old key never was.", None, String::new())
        }
        OldKeyUse::SuccessorUnused { last_used_at } => {
            ("The new key has not been used yet. The old key was last called", last_used_at, ".".to_owned())
        }
        OldKeyUse::NoWorkingSuccessor { last_used_at: None } => (
            "Its replacement was revoked: when this key stops, nothing works in its place.",
            None,
            String::new(),
        ),
        OldKeyUse::NoWorkingSuccessor { last_used_at } => {
            let text = "Its replacement was revoked: when this key stops, nothing works in its place. It was last called";
            (text, last_used_at, ".".to_owned())
        }
        OldKeyUse::InUse { last_used_at, requests } => (
            "Still in use: last used",
            Some(last_used_at),
            format!(", {} since rotation.", counted(requests, "request")),
        ),
        _ => ("Whether it is still used can’t be told right now.", None, String::new()),
    }
}
