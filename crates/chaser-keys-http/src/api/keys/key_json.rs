//! A key as JSON.

use chaser_keys::{DisplayPrefix, KeyId, KeyMode, KeyName};
use chaser_keys_storage::StoredKey;
use serde::Serialize;
use utoipa::ToSchema;

use super::old_key_use_json::OldKeyUseJson;
use super::vocabulary::{ModeWord, StatusWord};
use crate::api::Timestamp;

/// A key without its secret. The first six fields and their order are promised to customers.
#[derive(Serialize, ToSchema)]
#[schema(as = Key)]
pub(crate) struct KeyJson {
    #[schema(value_type = String, format = "uuid", example = "68c58c43-dafc-433c-9d19-3719ab740159")]
    id: KeyId,
    #[schema(value_type = String, example = "production")]
    name: KeyName,
    /// The first 16 characters of the secret.
    #[schema(value_type = String, example = "cha_live_qMRiH5q")]
    prefix: DisplayPrefix,
    #[schema(value_type = String, format = "date-time", example = "2026-06-01T12:00:00Z")]
    created_at: Timestamp,
    /// Seconds late at most; null: never.
    #[schema(required, value_type = Option<String>, format = "date-time", example = "2026-06-13T11:00:00Z")]
    last_used_at: Option<Timestamp>,
    /// The moment it stops authenticating: null while active, ahead during grace, past once revoked.
    #[schema(required, value_type = Option<String>, format = "date-time")]
    revoked_at: Option<Timestamp>,
    #[schema(value_type = ModeWord)]
    mode: KeyMode,
    #[schema(value_type = StatusWord)]
    status: &'static str,
    /// The key it was rotated from.
    #[schema(required, value_type = Option<String>, format = "uuid")]
    replaces: Option<KeyId>,
    /// The key it was rotated into.
    #[schema(required, value_type = Option<String>, format = "uuid")]
    replaced_by: Option<KeyId>,
    /// Whether the key can be stopped before its grace period ends; null unless it is in grace.
    #[schema(required)]
    old_key_use: Option<OldKeyUseJson>,
}

impl From<StoredKey> for KeyJson {
    fn from(stored: StoredKey) -> Self {
        let StoredKey { key, last_used_at, status, replaced_by, old_key_use } = stored;
        Self {
            id: key.id,
            name: key.name,
            prefix: key.prefix,
            created_at: Timestamp(key.created_at),
            last_used_at: last_used_at.map(Timestamp),
            revoked_at: key.revoked_at.map(Timestamp),
            mode: key.mode,
            status: status.as_str(),
            replaces: key.replaces,
            replaced_by,
            old_key_use: old_key_use.map(OldKeyUseJson::from),
        }
    }
}
