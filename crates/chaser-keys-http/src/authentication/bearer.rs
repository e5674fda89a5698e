//! `Authorization: Bearer`, as RFC 6750 and RFC 9110 §11 have it.

use actix_web::http::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use chaser_keys::PresentedKey;
use chaser_keys_storage::{VerifiedKey, Verifier};

use crate::error::ApiError;

/// The key that a request presents, if it is good now.
pub(crate) async fn authenticate(headers: &HeaderMap, verifier: &Verifier) -> Result<VerifiedKey, ApiError> {
    let key = presented_key(headers)?;
    let unknown = ApiError::KeyInvalid { reason: "the key is unknown, expired or revoked" };
    verifier.verify(key).await?.ok_or(unknown)
}

/// Whether a request presents a Bearer credential, good or bad.
pub(super) fn is_presented(headers: &HeaderMap) -> bool {
    headers.get_all(AUTHORIZATION).any(|value| bearer_token(value.as_bytes()).is_some())
}

/// Anything that cannot be a key is refused by its form, without a hash or a look-up.
fn presented_key(headers: &HeaderMap) -> Result<PresentedKey<'_>, ApiError> {
    let token = bearer_token(the_credentials(headers)?.as_bytes()).ok_or(ApiError::KeyMissing)?;
    PresentedKey::parse(token).map_err(|_| ApiError::KeyInvalid { reason: "the key is malformed" })
}

/// Two headers could be read as one by us and as the other by a proxy.
fn the_credentials(headers: &HeaderMap) -> Result<&HeaderValue, ApiError> {
    let mut values = headers.get_all(AUTHORIZATION);
    match (values.next(), values.next()) {
        (None, _) => Err(ApiError::KeyMissing),
        (Some(value), None) => Ok(value),
        (Some(_), Some(_)) => {
            Err(ApiError::InvalidRequest("send the Authorization header once, with one API key".to_owned()))
        }
    }
}

/// What follows the scheme `Bearer`, in any case, and one or more spaces. Another scheme is no
/// credential of ours.
pub(crate) fn bearer_token(value: &[u8]) -> Option<&[u8]> {
    let (scheme, token) = value.trim_ascii().split_at_checked("Bearer".len())?;
    let is_bearer = scheme.eq_ignore_ascii_case(b"Bearer") && token.first().is_none_or(|byte| *byte == b' ');
    is_bearer.then(|| token.trim_ascii_start())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token_of(value: &'static str) -> Option<&'static str> {
        bearer_token(value.as_bytes()).map(|token| std::str::from_utf8(token).unwrap())
    }

    #[test]
    fn the_scheme_is_read_in_any_case_and_with_several_spaces() {
        for header in ["Bearer k", "bearer k", "BEARER    k", "bEaReR k "] {
            assert_eq!(token_of(header), Some("k"), "{header:?}");
        }
        assert_eq!(token_of("Bearer"), Some(""));
        assert_eq!(token_of("Bearer a, Bearer b"), Some("a, Bearer b"));
    }

    #[test]
    fn another_scheme_is_no_credential() {
        for header in ["", "k", "Basic k", "Bearerk", "Bearers k", "Bearer:k"] {
            assert_eq!(token_of(header), None, "{header:?}");
        }
    }
}
