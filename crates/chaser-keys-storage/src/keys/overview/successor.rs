//! A key that another key was rotated into.

use chaser_keys::{ApiKey, DisplayPrefix, KeyId, KeyStatus};
use time::OffsetDateTime;

/// A key that another key was rotated into.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Successor {
    /// Its id.
    pub id: KeyId,
    /// Its display prefix.
    pub prefix: DisplayPrefix,
    /// When it was issued, which is when the key before it was rotated.
    pub created_at: OffsetDateTime,
    /// Its status when it was read.
    pub status: KeyStatus,
    /// Its last request; `None` if it was never used, or if usage cannot be read.
    pub last_used_at: Option<OffsetDateTime>,
}

impl Successor {
    pub(super) fn new(key: ApiKey, now: OffsetDateTime) -> Self {
        let status = key.status_at(now);
        Self { id: key.id, prefix: key.prefix, created_at: key.created_at, status, last_used_at: None }
    }

    /// Whether it authenticates.
    #[must_use]
    pub const fn works(&self) -> bool {
        self.status.authenticates()
    }
}
