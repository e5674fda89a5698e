//! Forward authentication: a proxy passes on the head of each request and does as it is told.
//!
//! nginx calls this `auth_request`, Caddy `forward_auth`, Traefik `ForwardAuth`, Envoy `ext_authz`. Whatever the
//! method and the path below `/authorize` (Envoy appends the original one), only the header `Authorization` counts.

use actix_web::http::header::{CACHE_CONTROL, HeaderName, HeaderValue};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use chaser_keys_storage::{VerifiedKey, Verifier};

use crate::authentication::authenticate_bearer;
use crate::error::ApiError;

/// Whose key it is, for the API behind the proxy.
pub(crate) const KEY_ID: HeaderName = HeaderName::from_static("x-chaser-key-id");
/// The workspace that the key belongs to.
pub(crate) const WORKSPACE_ID: HeaderName = HeaderName::from_static("x-chaser-workspace-id");
/// `live` or `test`.
pub(crate) const MODE: HeaderName = HeaderName::from_static("x-chaser-mode");

/// An answer is true for one request: whoever kept it would accept a key after its end.
pub(super) const NOT_TO_BE_KEPT: (HeaderName, HeaderValue) =
    (CACHE_CONTROL, HeaderValue::from_static("no-store"));

/// 200 with the identity in headers, 401, or 503 when neither would be true.
pub(crate) async fn authorize(
    request: HttpRequest,
    verifier: Data<Verifier>,
) -> Result<HttpResponse, ApiError> {
    let key = authenticate_bearer(request.headers(), &verifier).await?;
    let mut response = HttpResponse::Ok();
    response.insert_header(NOT_TO_BE_KEPT);
    for header in identity(&key) {
        response.insert_header(header);
    }
    Ok(response.finish())
}

/// The headers that tell an API whose request it is.
pub(crate) fn identity(key: &VerifiedKey) -> [(HeaderName, HeaderValue); 3] {
    [
        (KEY_ID, uuid(key.key_id.as_uuid())),
        (WORKSPACE_ID, uuid(key.workspace_id.as_uuid())),
        (MODE, HeaderValue::from_static(key.mode.as_str())),
    ]
}

fn uuid(id: uuid::Uuid) -> HeaderValue {
    let mut text = uuid::Uuid::encode_buffer();
    let text = id.hyphenated().encode_lower(&mut text);
    // Hexadecimal digits and hyphens always make a header value.
    HeaderValue::from_str(text).unwrap_or_else(|_| HeaderValue::from_static(""))
}
