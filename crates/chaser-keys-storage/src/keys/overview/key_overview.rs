//! A key on a page of the dashboard.

use chaser_keys::{ApiKey, KeyStatus, OldKeyRequests, OldKeyUse, SuccessorUse};
use time::OffsetDateTime;

use super::{KeyActivity, Successor};

/// A key and its use.
#[derive(Clone, Debug)]
pub struct KeyOverview {
    /// The record.
    pub key: ApiKey,
    /// Its status when it was read.
    pub status: KeyStatus,
    /// False while a user of the dashboard has not yet confirmed that they saved the secret. Keys made through the API
    /// need no confirmation.
    pub secret_is_confirmed: bool,
    /// The key that it was rotated into; for a key in grace the whole chain, the nearest first.
    pub successors: Vec<Successor>,
    /// Its use; `None` if usage cannot be read.
    pub activity: Option<KeyActivity>,
    /// Whether it can be stopped before its grace period ends; `None` unless it is in grace.
    pub old_key_use: Option<OldKeyUse>,
}

impl KeyOverview {
    /// The key that it was rotated into.
    #[must_use]
    pub fn successor(&self) -> Option<&Successor> {
        self.successors.first()
    }

    pub(super) const fn is_in_grace(&self) -> bool {
        matches!(self.status, KeyStatus::Grace { .. })
    }

    /// The domain's rule, asked about a key in grace.
    pub(super) fn decide_old_key_use(&self, now: OffsetDateTime) -> Option<OldKeyUse> {
        let requests = self
            .activity
            .map(|activity| OldKeyRequests::new(activity.last_used_at, activity.requests_since_rotation));
        let successors: Vec<_> = self
            .successors
            .iter()
            .map(|new| SuccessorUse::new(new.created_at, new.status, new.last_used_at))
            .collect();
        self.is_in_grace().then(|| OldKeyUse::of(requests, &successors, now))
    }
}
