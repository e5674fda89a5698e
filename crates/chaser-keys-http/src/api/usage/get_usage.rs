//! `GET /v1/usage`: the current month's usage.

use actix_web::HttpResponse;
use actix_web::web::Data;
use chaser_keys_storage::Store;

use super::usage_json::UsageJson;
use crate::authentication::AuthenticatedKey;
use crate::error::ApiError;

/// Show the workspace's usage
///
/// Of the workspace that the key belongs to, with all of its keys, in the current month (UTC).
#[utoipa::path(get, path = "/v1/usage", tag = "usage", responses(
    (status = 200, description = "Requests, sessions and bytes, by key and by day.", body = UsageJson),
))]
pub(crate) async fn get_usage(key: AuthenticatedKey, store: Data<Store>) -> Result<HttpResponse, ApiError> {
    let report = store.usage_of_current_month(key.0.workspace_id).await?;
    Ok(HttpResponse::Ok().json(UsageJson::from(report)))
}
