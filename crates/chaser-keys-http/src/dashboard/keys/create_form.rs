//! The form that creates a key.

use serde::Deserialize;

/// The name and the mode of the new key, as they were typed.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct CreateForm {
    pub(super) name: String,
    pub(super) mode: String,
    pub(super) nonce: String,
}
