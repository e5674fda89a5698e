//! The calls about keys: each parses, calls one operation of the store, and renders.

pub(crate) mod create_key;
pub(crate) mod get_key;
mod idempotency;
mod issued_key_json;
mod key_id_in_path;
mod key_json;
pub(crate) mod list_keys;
mod old_key_use_json;
pub(crate) mod rename_key;
pub(crate) mod revoke_key;
pub(crate) mod rotate_key;
mod vocabulary;

pub(crate) use key_id_in_path::KeyIdInPath;
