//! The life of keys in the database: one operation a file, each a single transaction under the row's lock.

mod confirm_secret;
pub(crate) mod create_key;
mod find_key;
pub(crate) mod idempotency;
pub(crate) mod key_name;
mod list_keys;
pub(crate) mod overview;
mod rename_key;
mod revoke_key;
pub(crate) mod rotate_key;
pub(crate) mod row;
pub(crate) mod secret_confirmation;

use chaser_keys::{ApiKey, IssuedKey, KeyStatus};
use time::OffsetDateTime;

/// A key as the dashboard shows it.
#[derive(Clone, Debug)]
pub struct StoredKey {
    /// The record.
    pub key: ApiKey,
    /// When it last authenticated a request; up to a flush interval late. None: never.
    pub last_used_at: Option<OffsetDateTime>,
    /// What it is now, by PostgreSQL's clock.
    pub status: KeyStatus,
}

/// What a request for a new key came to.
#[derive(Debug)]
pub enum KeyCreation {
    /// A key was made. Its secret is here and nowhere else.
    Issued(IssuedKey),
    /// The same request had been carried out before (same `Idempotency-Key`): the key it made then. Its
    /// secret was shown then and cannot be shown again.
    Replayed(ApiKey),
}
