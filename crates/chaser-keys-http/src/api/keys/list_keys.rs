//! `GET /v1/keys`.

use actix_web::HttpResponse;
use actix_web::web::Data;
use chaser_keys_storage::Store;
use serde::Serialize;
use utoipa::ToSchema;

use super::key_json::KeyJson;
use crate::authentication::SignedIn;
use crate::error::ApiError;

/// All keys of the workspace.
#[derive(Serialize, ToSchema)]
#[schema(as = KeyList)]
pub(crate) struct KeyListJson {
    /// Newest first, revoked ones too.
    keys: Vec<KeyJson>,
}

/// List keys
#[utoipa::path(get, path = "/v1/keys", tag = "keys", responses(
    (status = 200, description = "The workspace's keys.", body = KeyListJson),
))]
pub(crate) async fn list_keys(user: SignedIn, store: Data<Store>) -> Result<HttpResponse, ApiError> {
    let keys = store.list_keys(user.workspace_id).await?;
    Ok(HttpResponse::Ok().json(KeyListJson { keys: keys.into_iter().map(KeyJson::from).collect() }))
}
