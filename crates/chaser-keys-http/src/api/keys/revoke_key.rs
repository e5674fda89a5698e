//! Revoking a key.

use actix_web::HttpResponse;
use actix_web::web::Data;
use chaser_keys_storage::Store;

use super::key_id_in_path::KeyIdInPath;
use crate::authentication::SignedIn;
use crate::body::{NoFields, OptionalJsonBody};
use crate::error::ApiError;

/// Revoke a key
///
/// No request with this key is let in once this has answered. Revoking twice is the same as once.
#[utoipa::path(delete, path = "/v1/keys/{id}", tag = "keys", params(
    ("id" = String, Path, format = "uuid", description = "The key."),
), responses(
    (status = 204, description = "The key is revoked."),
    (status = 404, description = "The workspace has no such key.", body = crate::error::ErrorEnvelope),
))]
pub(crate) async fn revoke_key(
    person: SignedIn,
    store: Data<Store>,
    KeyIdInPath(id): KeyIdInPath,
    _: OptionalJsonBody<NoFields>,
) -> Result<HttpResponse, ApiError> {
    store.revoke_key(person.workspace_id, id).await?.ok_or(ApiError::KeyNotFound)?;
    Ok(HttpResponse::NoContent().finish())
}
