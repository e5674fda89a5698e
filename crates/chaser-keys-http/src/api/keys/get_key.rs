//! `GET /v1/keys/{id}`.

use actix_web::HttpResponse;
use actix_web::web::Data;
use chaser_keys_storage::Store;

use super::key_id_in_path::KeyIdInPath;
use super::key_json::KeyJson;
use crate::authentication::SignedIn;
use crate::error::ApiError;

/// Show a key
#[utoipa::path(get, path = "/v1/keys/{id}", tag = "keys", params(
    ("id" = String, Path, format = "uuid", description = "The key."),
), responses(
    (status = 200, description = "The key.", body = KeyJson),
    (status = 404, description = "The workspace has no such key.", body = crate::error::ErrorEnvelope),
))]
pub(crate) async fn get_key(
    user: SignedIn,
    store: Data<Store>,
    KeyIdInPath(id): KeyIdInPath,
) -> Result<HttpResponse, ApiError> {
    let key = store.find_key(user.workspace_id, id).await?.ok_or(ApiError::KeyNotFound)?;
    Ok(HttpResponse::Ok().json(KeyJson::from(key)))
}
