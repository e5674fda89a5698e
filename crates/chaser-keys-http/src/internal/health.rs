//! `/healthz` and `/readyz`: whether this process is alive, and whether it should get requests.

use actix_web::HttpResponse;
use actix_web::web::Data;
use chaser_keys_storage::{FreshnessUnproven, Store};
use serde::Serialize;

use crate::error::ApiError;

#[derive(Serialize)]
struct Health {
    status: &'static str,
}

/// Says nothing of the database: restarting this process would not repair that.
pub(crate) async fn get_health() -> HttpResponse {
    HttpResponse::Ok().json(Health { status: "alive" })
}

/// Whether this node can answer, and what it knows.
#[derive(Serialize)]
struct Readiness {
    status: &'static str,
    /// How long it may still answer without PostgreSQL.
    lease_left_ms: u128,
    /// The last change of a key that it has applied.
    revision: i64,
    /// Changes that it has heard of and not applied yet.
    lag: i64,
    /// Keys in memory.
    keys: usize,
    /// Nodes on the same database, this one included.
    members: usize,
}

/// 200 if the keys are loaded, the lease holds and no pepper is missing; otherwise 503.
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
