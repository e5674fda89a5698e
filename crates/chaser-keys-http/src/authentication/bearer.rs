//! `Authorization: Bearer`, as `chaser-keys-service` reads it.

use actix_web::http::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use chaser_keys_service::{Refusal, VerifiedKey, presented_key};
use chaser_keys_storage::Verifier;

use crate::error::ApiError;

/// The identity behind the key that a request presents, if it is good now.
pub(crate) async fn authenticate(headers: &HeaderMap, verifier: &Verifier) -> Result<VerifiedKey, ApiError> {
    Ok(chaser_keys_service::authenticate(authorization(headers), verifier).await?)
}

/// Whether a request presents a Bearer credential, good or bad.
pub(super) fn is_presented(headers: &HeaderMap) -> bool {
    authorization(headers).any(|value| presented_key([value]).err() != Some(Refusal::NoCredentials))
}

fn authorization(headers: &HeaderMap) -> impl Iterator<Item = &[u8]> {
    headers.get_all(AUTHORIZATION).map(HeaderValue::as_bytes)
}
