//! Whose request it is, found out once for each request.

use actix_web::http::header::{AUTHORIZATION, HeaderValue};
use actix_web::{HttpMessage, HttpRequest};
use chaser_keys_service::{Refusal, SharedVerifier, VerifiedKey, authenticate};

use crate::Refused;

/// The identity in the request's extensions, if an earlier middleware or extractor verified the key. Otherwise
/// verifies it and leaves the identity there, so that the request is counted once.
pub(crate) async fn identify(
    request: &HttpRequest,
    verifier: Option<&SharedVerifier>,
) -> Result<VerifiedKey, Refused> {
    let known = request.extensions().get::<VerifiedKey>().copied();
    if let Some(key) = known {
        return Ok(key);
    }
    let Some(verifier) = verifier.or_else(|| request.app_data()) else {
        tracing::error!(
            path = request.path(),
            "no verifier: give the application one with `.app_data(verifier)`, a SharedVerifier that is not in \
             `web::Data`, or the middleware with `RequireKey::new(verifier)`"
        );
        return Err(Refused(Refusal::NoVerifier));
    };
    let authorization = request.headers().get_all(AUTHORIZATION).map(HeaderValue::as_bytes);
    let key = authenticate(authorization, verifier).await.map_err(Refused)?;
    request.extensions_mut().insert(key);
    Ok(key)
}
