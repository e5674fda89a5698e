//! When a key was last used, if that is known.

use chaser_keys_storage::KeyActivity;
use time::OffsetDateTime;

use crate::dashboard::wording::shown_time::ShownTime;

/// When a key was last used.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum LastUsed {
    At(ShownTime),
    Never,
    /// Usage cannot be read now.
    Unknown,
}

impl LastUsed {
    pub(super) fn of(activity: Option<&KeyActivity>, now: OffsetDateTime) -> Self {
        match activity.map(|activity| activity.last_used_at) {
            None => Self::Unknown,
            Some(None) => Self::Never,
            Some(Some(at)) => Self::At(ShownTime::new(at, now)),
        }
    }
}
