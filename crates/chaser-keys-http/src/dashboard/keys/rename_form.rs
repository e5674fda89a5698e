//! The form that renames a key.

use serde::Deserialize;

/// The new name, as it was typed.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct RenameForm {
    pub(super) name: String,
}
