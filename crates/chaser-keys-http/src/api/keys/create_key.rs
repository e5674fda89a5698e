//! `POST /v1/keys`.

use actix_web::HttpResponse;
use actix_web::web::Data;
use chaser_keys::{KeyMode, KeyName};
use chaser_keys_storage::{CreateKeyError, SecretConfirmation, Store};
use serde::Deserialize;
use utoipa::ToSchema;

use super::idempotency::Idempotency;
use super::issued_key_json::{IssuedKeyJson, ReplayedKeyJson, respond};
use super::vocabulary::ModeWord;
use crate::authentication::SignedIn;
use crate::body::{JsonBody, field};
use crate::error::ApiError;

/// What to call the key, and what it may do.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CreateKey {
    /// 1 to 100 characters, without control characters; need not be unique.
    #[serde(deserialize_with = "field::parsed")]
    #[schema(value_type = String, min_length = 1, max_length = 100, example = "production-scraper")]
    name: KeyName,
    /// `live` acts on production, `test` in test mode.
    #[serde(default, deserialize_with = "field::optional_parsed")]
    #[schema(value_type = ModeWord, required = false, default = "live")]
    mode: Option<KeyMode>,
}

/// Create a key
///
/// The secret is in this response and in no other.
#[utoipa::path(post, path = "/v1/keys", tag = "keys", request_body = CreateKey, params(
    ("idempotency-key" = Option<String>, Header, description = "Your name for this request: sent twice, it creates one key."),
), responses(
    (status = 201, description = "The key, with its secret.", body = IssuedKeyJson),
    (status = 200, description = "The same request was carried out before: the key, without its secret.", body = ReplayedKeyJson),
    (status = 409, description = "The `Idempotency-Key` was used with a different request.", body = crate::error::ErrorEnvelope),
))]
pub(crate) async fn create_key(
    user: SignedIn,
    store: Data<Store>,
    Idempotency(idempotency_key): Idempotency,
    JsonBody(new): JsonBody<CreateKey>,
) -> Result<HttpResponse, ApiError> {
    let mode = new.mode.unwrap_or(KeyMode::Live);
    respond(
        store
            .create_key(
                user.workspace_id,
                new.name,
                mode,
                idempotency_key.as_ref(),
                SecretConfirmation::NotNeeded,
            )
            .await?,
    )
}

impl From<CreateKeyError> for ApiError {
    fn from(error: CreateKeyError) -> Self {
        match error {
            CreateKeyError::IdempotencyKeyReused => Self::IdempotencyKeyReused,
            CreateKeyError::Storage(error) => error.into(),
        }
    }
}
