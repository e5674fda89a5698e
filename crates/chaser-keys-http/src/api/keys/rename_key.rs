//! `PATCH /v1/keys/{id}`.

use actix_web::HttpResponse;
use actix_web::web::Data;
use chaser_keys::KeyName;
use chaser_keys_storage::Store;
use serde::Deserialize;
use utoipa::ToSchema;

use super::key_id_in_path::KeyIdInPath;
use super::key_json::KeyJson;
use crate::authentication::SignedIn;
use crate::body::{JsonBody, field};
use crate::error::ApiError;

/// The new name.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RenameKey {
    /// 1 to 100 characters, without control characters; need not be unique.
    #[serde(deserialize_with = "field::parsed")]
    #[schema(value_type = String, min_length = 1, max_length = 100, example = "staging-monitor")]
    name: KeyName,
}

/// Rename a key
#[utoipa::path(patch, path = "/v1/keys/{id}", tag = "keys", request_body = RenameKey, params(
    ("id" = String, Path, format = "uuid", description = "The key."),
), responses(
    (status = 200, description = "The key with its new name.", body = KeyJson),
    (status = 404, description = "The workspace has no such key.", body = crate::error::ErrorEnvelope),
))]
pub(crate) async fn rename_key(
    user: SignedIn,
    store: Data<Store>,
    KeyIdInPath(id): KeyIdInPath,
    JsonBody(new): JsonBody<RenameKey>,
) -> Result<HttpResponse, ApiError> {
    let renamed = store.rename_key(user.workspace_id, id, new.name).await?;
    Ok(HttpResponse::Ok().json(KeyJson::from(renamed.ok_or(ApiError::KeyNotFound)?)))
}
