//! Forward authentication: a proxy sends the head of each request here and lets it pass or not by the answer.
//!
//! nginx calls this `auth_request`, Caddy `forward_auth`, Traefik `ForwardAuth`, Envoy `ext_authz`. Only the header
//! `Authorization` counts, whatever the method and the path below `/authorize` (Envoy appends the original one).

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use chaser_keys_storage::Verifier;

use crate::authentication::authenticate_bearer;
use crate::error::ApiError;
use crate::headers::{NO_STORE, identity};

/// 200 with the identity in headers, 401, or 503 while it cannot be known which of the two is right.
pub(crate) async fn authorize(
    request: HttpRequest,
    verifier: Data<Verifier>,
) -> Result<HttpResponse, ApiError> {
    let key = authenticate_bearer(request.headers(), &verifier).await?;
    let mut response = HttpResponse::Ok();
    // A cached answer would go on accepting a key after its end.
    response.insert_header(NO_STORE);
    for header in identity(&key) {
        response.insert_header(header);
    }
    Ok(response.finish())
}
