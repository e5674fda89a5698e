//! Whether this node lives, and whether requests should be sent to it. Internal listener only.

use actix_web::HttpResponse;
use actix_web::web::Data;
use chaser_keys_storage::{FreshnessUnproven, Store};
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

/// How far this node can be trusted with requests.
#[derive(Serialize)]
struct Readiness {
    status: &'static str,
    /// How long it may go on answering without PostgreSQL.
    lease_left_ms: u128,
    /// The last change of a key that it knows.
    revision: i64,
    /// Changes that it has heard of and does not know yet.
    lag: i64,
    /// Keys in memory.
    keys: usize,
    /// Nodes on the same database, this one included.
    members: usize,
}

/// The keys are loaded, the lease holds and no pepper is lacked, so requests can be served.
pub(crate) async fn get_readiness(store: Data<Store>) -> Result<HttpResponse, ApiError> {
    let status = store.node().status();
    if status.lease_left.is_zero() || status.lacks_a_pepper {
        return Err(FreshnessUnproven.into());
    }
    Ok(HttpResponse::Ok().json(Readiness {
        status: "ready",
        lease_left_ms: status.lease_left.as_millis(),
        revision: status.applied_revision,
        lag: status.latest_revision - status.applied_revision,
        keys: status.keys,
        members: status.members,
    }))
}
