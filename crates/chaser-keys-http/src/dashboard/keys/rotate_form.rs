//! The form that rotates a key.

use chaser_keys::GracePeriod;
use serde::Deserialize;

use crate::dashboard::problem::Problem;

const TYPED_BUT_NOT_CHOSEN: &str = "a number of days was typed here, but another choice was made. The number is \
    chosen now: rotate again, or empty this field and choose otherwise";

/// How long the old key continues to work: one of the choices, or "other" and a number of days.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct RotateForm {
    pub(super) grace: String,
    pub(super) days: String,
    pub(super) nonce: String,
}

impl RotateForm {
    /// A number of days that was typed but not chosen (possible where the page's script does not run) is ambiguous, and
    /// the wrong guess would stop a key early or late: the form asks again.
    pub(super) fn grace_period(&self) -> Result<GracePeriod, Problem> {
        let typed = self.days.trim();
        let is_other = self.grace == "other";
        if !is_other && !typed.is_empty() && typed != self.grace {
            return Err(Problem::new("days", TYPED_BUT_NOT_CHOSEN));
        }
        let days = if is_other { typed } else { &self.grace };
        let grace = days.parse().ok().and_then(|days| GracePeriod::from_days(days).ok());
        grace.ok_or_else(|| Problem::new("days", "give a whole number of days from 0 to 30"))
    }
}
