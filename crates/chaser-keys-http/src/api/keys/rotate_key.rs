//! Rotating a key.

use actix_web::HttpResponse;
use actix_web::web::Data;
use chaser_keys::GracePeriod;
use chaser_keys_storage::{RotateKeyError, SecretConfirmation, Store};
use serde::Deserialize;
use utoipa::ToSchema;

use super::idempotency::Idempotency;
use super::issued_key_json::{IssuedKeyJson, ReplayedKeyJson, respond};
use super::key_id_in_path::KeyIdInPath;
use crate::authentication::SignedIn;
use crate::body::{OptionalJsonBody, field};
use crate::error::ApiError;

/// How long the old key goes on working. May be left out.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RotateKey {
    /// Whole days; 0 ends the old key immediately.
    #[serde(default, deserialize_with = "field::grace_days")]
    #[schema(value_type = u8, required = false, minimum = 0, maximum = 30, default = 7)]
    grace_days: Option<GracePeriod>,
}

/// Rotate a key
///
/// Makes a new key of the same name and mode; the old one works on for `grace_days`. Only an active key can
/// be rotated.
#[utoipa::path(post, path = "/v1/keys/{id}/rotate", tag = "keys", request_body = RotateKey, params(
    ("id" = String, Path, format = "uuid", description = "The old key."),
    ("idempotency-key" = Option<String>, Header, description = "Your name for this request: sent twice, it rotates once."),
), responses(
    (status = 201, description = "The new key, with its secret.", body = IssuedKeyJson),
    (status = 200, description = "The same request was carried out before: the new key, without its secret.", body = ReplayedKeyJson),
    (status = 404, description = "The workspace has no such key.", body = crate::error::ErrorEnvelope),
    (status = 409, description = "The key was rotated or revoked before (`conflict`), or the `Idempotency-Key` was used with a different request (`idempotency_key_reused`).", body = crate::error::ErrorEnvelope),
))]
pub(crate) async fn rotate_key(
    user: SignedIn,
    store: Data<Store>,
    KeyIdInPath(id): KeyIdInPath,
    Idempotency(idempotency_key): Idempotency,
    OptionalJsonBody(wanted): OptionalJsonBody<RotateKey>,
) -> Result<HttpResponse, ApiError> {
    let grace = wanted.grace_days.unwrap_or_default();
    respond(
        store
            .rotate_key(user.workspace_id, id, grace, idempotency_key.as_ref(), SecretConfirmation::NotNeeded)
            .await?,
    )
}

impl From<RotateKeyError> for ApiError {
    fn from(error: RotateKeyError) -> Self {
        match error {
            RotateKeyError::NotFound => Self::KeyNotFound,
            RotateKeyError::Refused(refusal) => Self::Conflict(refusal),
            RotateKeyError::IdempotencyKeyReused => Self::IdempotencyKeyReused,
            RotateKeyError::Storage(error) => error.into(),
        }
    }
}
