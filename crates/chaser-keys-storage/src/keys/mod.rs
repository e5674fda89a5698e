//! The life of keys in the database: one file for each operation. Operations that decide by a key's state do so while
//! its row is locked, in the transaction that writes the outcome.

pub(crate) mod confirm_secret;
pub(crate) mod create_key;
mod find_key;
pub(crate) mod idempotency;
mod key_creation;
mod key_name;
mod list_keys;
pub(crate) mod overview;
mod rename_key;
mod revoke_key;
pub(crate) mod rotate_key;
pub(crate) mod row;
pub(crate) mod secret_confirmation;
mod statements;
mod status_conditions;
mod stored_key;
mod successor_chain;

pub use key_creation::KeyCreation;
pub use stored_key::StoredKey;
