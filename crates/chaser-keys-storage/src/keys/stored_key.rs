//! A key with its last use and its status.

use chaser_keys::{ApiKey, KeyStatus};
use time::OffsetDateTime;

/// A key as the dashboard and `GET /v1/keys` show it.
#[derive(Clone, Debug)]
pub struct StoredKey {
    /// Name, mode, prefix and times.
    pub key: ApiKey,
    /// When it last authenticated a request; up to a flush interval late. `None`: never.
    pub last_used_at: Option<OffsetDateTime>,
    /// The status by PostgreSQL's clock when the key was read.
    pub status: KeyStatus,
}
