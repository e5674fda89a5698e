//! Routes that answer 200 and read nothing.

use actix_web::HttpResponse;
use actix_web::web::{self, ServiceConfig};

pub(crate) fn routes(config: &mut ServiceConfig) {
    config.route("/authorize", web::to(bare)).route("/verify", web::to(bare));
}

pub(crate) fn routes_as_long(config: &mut ServiceConfig) {
    config.route("/authorize", web::to(bare_as_long));
}

async fn bare() -> HttpResponse {
    HttpResponse::Ok().finish()
}

async fn bare_as_long() -> HttpResponse {
    HttpResponse::Ok()
        .insert_header(("cache-control", "no-store"))
        .insert_header(("x-chaser-key-id", "00000000-0000-0000-0000-000000000000"))
        .insert_header(("x-chaser-workspace-id", "00000000-0000-0000-0000-000000000000"))
        .insert_header(("x-chaser-mode", "live"))
        .insert_header(("x-request-id", "00000000-0000-0000-0000-000000000000"))
        .finish()
}
