//! Whether this node lives, and whether requests should be sent to it. Internal listener only.

use actix_web::HttpResponse;
use actix_web::web::Data;
use chaser_keys_storage::Store;
use serde::Serialize;

use crate::error::ApiError;

#[derive(Serialize)]
struct Health {
    status: &'static str,
}

/// The process answers. Says nothing of the database: restarting this node would not mend that one.
pub(crate) async fn get_health() -> HttpResponse {
    HttpResponse::Ok().json(Health { status: "alive" })
}

/// The database answers, so requests can be served.
pub(crate) async fn get_readiness(store: Data<Store>) -> Result<HttpResponse, ApiError> {
    store.check_ready().await?;
    Ok(HttpResponse::Ok().json(Health { status: "ready" }))
}
