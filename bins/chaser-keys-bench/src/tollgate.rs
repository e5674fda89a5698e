//! tollgate-auth's HMAC registry behind a route.

use actix_web::web::{self, Data, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use tollgate_auth::{CredentialVerifier, HmacRegistry};

use crate::{Failure, PEPPER, bearer};

/// With the keys of a file, one a line.
pub(crate) fn routes(keys: &str) -> Result<impl Fn(&mut ServiceConfig) + Clone + Send + 'static, Failure> {
    let registry = HmacRegistry::new(PEPPER);
    registry.install_credentials(std::fs::read_to_string(keys)?.lines());
    let registry = Data::new(registry);
    Ok(move |config: &mut ServiceConfig| {
        config.app_data(registry.clone()).route("/authorize", web::to(tollgate));
    })
}

async fn tollgate(request: HttpRequest, registry: Data<HmacRegistry>) -> HttpResponse {
    match bearer(&request).and_then(|key| registry.verify(key)) {
        Some(_) => HttpResponse::Ok().finish(),
        None => HttpResponse::Unauthorized().finish(),
    }
}
