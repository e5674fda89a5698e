//! A new key as JSON: the only response with a secret.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::ContentType;
use actix_web::web::Bytes;
use chaser_keys::{ApiKey, DisplayPrefix, IssuedKey, KeyId, KeyName, SecretKey};
use chaser_keys_storage::KeyCreation;
use serde::{Serialize, Serializer};
use utoipa::ToSchema;
use zeroize::Zeroizing;

use crate::api::Timestamp;
use crate::error::ApiError;

/// Bytes: more than any key takes as JSON (a name has 400 bytes, at worst all of them escaped), so that the buffer never
/// grows and leaves a copy of the secret behind.
const CAPACITY: usize = 4096;
const NOTICE: &str =
    "this request was carried out before, and the secret was shown then; rotate the key to get a new one";

/// A new key.
#[derive(Serialize, ToSchema)]
#[schema(as = IssuedKey)]
pub(crate) struct IssuedKeyJson {
    #[schema(value_type = String, format = "uuid", example = "a09de99c-8566-4dc3-a056-afdab41c0831")]
    id: KeyId,
    #[schema(value_type = String, example = "production")]
    name: KeyName,
    #[schema(value_type = String, example = "cha_live_FX5sbg_")]
    prefix: DisplayPrefix,
    /// Shown now and never again.
    #[serde(serialize_with = "show")]
    #[schema(value_type = String, example = "cha_live_FX5sbg_…")]
    secret: SecretKey,
    #[schema(value_type = String, format = "date-time", example = "2026-06-13T12:00:00Z")]
    created_at: Timestamp,
}

/// A key that the same request, with the same `Idempotency-Key`, had made before.
#[derive(Serialize, ToSchema)]
#[schema(as = ReplayedKey)]
pub(crate) struct ReplayedKeyJson {
    #[schema(value_type = String, format = "uuid")]
    id: KeyId,
    #[schema(value_type = String)]
    name: KeyName,
    #[schema(value_type = String)]
    prefix: DisplayPrefix,
    /// Always null: it was shown when the key was created.
    #[schema(required, value_type = Option<String>)]
    secret: (),
    #[schema(value_type = String, format = "date-time")]
    created_at: Timestamp,
    /// How to get a secret.
    notice: &'static str,
}

/// 201 with the secret, or 200 without it for a request that was carried out before.
pub(super) fn respond(creation: KeyCreation) -> Result<HttpResponse, ApiError> {
    match creation {
        KeyCreation::Issued(issued) => show_once(issued.into()),
        KeyCreation::Replayed(key) => Ok(HttpResponse::Ok()
            .insert_header(("idempotency-replayed", "true"))
            .json(ReplayedKeyJson::from(key))),
    }
}

/// The body is wiped once it is written; copies in the connection's buffers are not.
#[expect(clippy::needless_pass_by_value, reason = "consumes the secret, so that it cannot be shown again")]
fn show_once(issued: IssuedKeyJson) -> Result<HttpResponse, ApiError> {
    let mut body = Zeroizing::new(Vec::with_capacity(CAPACITY));
    serde_json::to_writer(&mut *body, &issued)
        .map_err(|error| ApiError::internal(format!("a key does not serialize: {error}")))?;
    let mut response = HttpResponse::build(StatusCode::CREATED);
    Ok(response.insert_header(ContentType::json()).body(Bytes::from_owner(body)))
}

/// The only place that serializes a secret.
fn show<S: Serializer>(secret: &SecretKey, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(secret.expose())
}

impl From<IssuedKey> for IssuedKeyJson {
    fn from(IssuedKey { key, secret, .. }: IssuedKey) -> Self {
        Self { id: key.id, name: key.name, prefix: key.prefix, secret, created_at: Timestamp(key.created_at) }
    }
}

impl From<ApiKey> for ReplayedKeyJson {
    fn from(key: ApiKey) -> Self {
        Self {
            id: key.id,
            name: key.name,
            prefix: key.prefix,
            secret: (),
            created_at: Timestamp(key.created_at),
            notice: NOTICE,
        }
    }
}
