//! `DELETE /v1/keys/{id}`.

use actix_web::HttpResponse;
use actix_web::web::Data;
use chaser_keys_storage::Store;

use super::key_id_in_path::KeyIdInPath;
use crate::authentication::SignedIn;
use crate::body::{NoFields, OptionalJsonBody};
use crate::error::ApiError;

/// Revoke a key
///
/// Once this call has returned, no node accepts the key. Revoking it again changes nothing.
#[utoipa::path(delete, path = "/v1/keys/{id}", tag = "keys", params(
    ("id" = String, Path, format = "uuid", description = "The key."),
), responses(
    (status = 204, description = "The key is revoked."),
    (status = 404, description = "The workspace has no such key.", body = crate::error::ErrorEnvelope),
))]
pub(crate) async fn revoke_key(
    user: SignedIn,
    store: Data<Store>,
    KeyIdInPath(id): KeyIdInPath,
    _: OptionalJsonBody<NoFields>,
) -> Result<HttpResponse, ApiError> {
    store.revoke_key(user.workspace_id, id).await?.ok_or(ApiError::KeyNotFound)?;
    Ok(HttpResponse::NoContent().finish())
}
