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
mod status_conditions;
mod stored_key;
mod successor_chain;

pub use stored_key::StoredKey;

use chaser_keys::{ApiKey, IssuedKey};

/// What a request for a new key came to.
#[derive(Debug)]
pub enum KeyCreation {
    /// A key was made. Its secret is here and nowhere else.
    Issued(IssuedKey),
    /// The same request had been carried out before (same `Idempotency-Key`): the key it made then. Its
    /// secret was shown then and cannot be shown again.
    Replayed(ApiKey),
}
