//! Whether an old key is safe to stop, as JSON.

use chaser_keys::OldKeyUse;
use serde::Serialize;
use utoipa::ToSchema;

use super::vocabulary::OldKeyUseWord;

/// What the usage of a rotated key, and of its successors, says about stopping it before its grace period ends.
#[derive(Serialize, ToSchema)]
#[schema(as = OldKeyUse)]
pub(super) struct OldKeyUseJson {
    #[schema(value_type = OldKeyUseWord)]
    state: &'static str,
    /// Whether the key can be stopped now without breaking a client: true for `unused` and `idle`.
    safe_to_stop: bool,
}

impl From<OldKeyUse> for OldKeyUseJson {
    fn from(usage: OldKeyUse) -> Self {
        Self { state: usage.as_str(), safe_to_stop: usage.is_safe_to_stop() }
    }
}
