//! The keys of a workspace as a person looks at them: a page at a time, with how each is being used.

mod activity;
pub(crate) mod filter;
mod page;
mod successors;

use chaser_keys::{ApiKey, DisplayPrefix, KeyId, KeyStatus};
use time::OffsetDateTime;

/// One page of a workspace's keys.
#[derive(Clone, Debug)]
pub struct KeyOverviewPage {
    /// The keys of this page.
    pub keys: Vec<KeyOverview>,
    /// Keys that match the filter, on all pages.
    pub matching: u64,
    /// Keys of the workspace.
    pub total: u64,
    /// Keys of the workspace that are in grace, or alive with a secret that nobody confirmed.
    pub need_attention: u64,
    /// Which page this is, from 1; the last one if a later one was asked for.
    pub page: u32,
    /// How many pages there are, at least 1.
    pub pages: u32,
    /// The time to which all this refers, by PostgreSQL's clock.
    pub now: OffsetDateTime,
    /// Whether use could be read. Keys work without.
    pub usage_is_available: bool,
}

/// A key and how it is being used.
#[derive(Clone, Debug)]
pub struct KeyOverview {
    /// The record.
    pub key: ApiKey,
    /// What it is now.
    pub status: KeyStatus,
    /// Whether somebody said that they saved its secret, or it was made through the API.
    pub secret_is_confirmed: bool,
    /// The key that it was rotated into; for a key in grace also those that came after that one, in order.
    pub successors: Vec<Successor>,
    /// How it is used; none if that could not be read.
    pub activity: Option<KeyActivity>,
}

impl KeyOverview {
    /// The key that it was rotated into.
    #[must_use]
    pub fn successor(&self) -> Option<&Successor> {
        self.successors.first()
    }
}

/// A key that took over.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Successor {
    /// Which one.
    pub id: KeyId,
    /// Its display prefix.
    pub prefix: DisplayPrefix,
    /// When it was made, which is when the one before it was rotated.
    pub created_at: OffsetDateTime,
    /// What it is now.
    pub status: KeyStatus,
    /// Its last request; none: never used, or that could not be read.
    pub last_used_at: Option<OffsetDateTime>,
}

impl Successor {
    /// Whether it authenticates.
    #[must_use]
    pub const fn works(&self) -> bool {
        !matches!(self.status, KeyStatus::Revoked { .. })
    }
}

/// How a key is used; up to a flush interval late.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct KeyActivity {
    /// Its last request; none: never used.
    pub last_used_at: Option<OffsetDateTime>,
    /// Requests of the last 14 UTC days, the oldest first, today last.
    pub requests_by_day: [u64; 14],
    /// Requests since it was rotated; 0 if it was not.
    pub requests_since_rotation: u64,
}
