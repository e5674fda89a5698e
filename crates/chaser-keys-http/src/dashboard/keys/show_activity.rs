//! A key's recent use, as JSON: the page that shows a secret polls it every few seconds.

use actix_web::HttpResponse;
use actix_web::web::Data;
use chaser_keys_storage::Store;
use serde::Serialize;

use super::find_key::find_key;
use crate::api::Timestamp;
use crate::api::keys::KeyIdInPath;
use crate::authentication::SignedIn;
use crate::error::ApiError;

#[derive(Serialize)]
struct ActivityJson {
    status: &'static str,
    /// Null: never used, or usage cannot be read now.
    last_used_at: Option<Timestamp>,
    /// The sum of the days that the list shows.
    requests: u64,
    requests_since_rotation: u64,
}

/// Answers with the key's use as JSON.
pub(crate) async fn show_activity(
    user: SignedIn,
    store: Data<Store>,
    KeyIdInPath(id): KeyIdInPath,
) -> Result<HttpResponse, ApiError> {
    let (key, _) = find_key(&store, &user, id).await?;
    let activity = key.activity.unwrap_or_default();
    Ok(HttpResponse::Ok().json(ActivityJson {
        status: key.status.as_str(),
        last_used_at: activity.last_used_at.map(Timestamp),
        requests: activity.requests_by_day.iter().sum(),
        requests_since_rotation: activity.requests_since_rotation,
    }))
}
