//! From the `Authorization` header (RFC 9110 §11.6.2) with a Bearer credential (RFC 6750 §2.1) to an identity.

use chaser_keys::PresentedKey;

use crate::{Refusal, VerifiedKey, Verify};

/// Verifies the key of one request, given the values of all its `Authorization` headers.
///
/// The values are bytes, so that this works with the header map of every framework and of both versions of `http`.
///
/// ```
/// use chaser_keys_service::{Refusal, VerifiedKey, Verify, authenticate};
/// use http::header::AUTHORIZATION;
///
/// async fn caller<B>(request: &http::Request<B>, verifier: &impl Verify) -> Result<VerifiedKey, Refusal> {
///     let authorization = request.headers().get_all(AUTHORIZATION).iter().map(|value| value.as_bytes());
///     authenticate(authorization, verifier).await
/// }
/// ```
///
/// # Errors
/// Every [`Refusal`] but [`Refusal::NoVerifier`].
pub async fn authenticate<'a>(
    authorization: impl IntoIterator<Item = &'a [u8]>,
    verifier: &impl Verify,
) -> Result<VerifiedKey, Refusal> {
    let key = presented_key(authorization)?;
    verifier.verify(key).await?.ok_or(Refusal::UnknownKey)
}

/// The key that a request presents, given the values of all its `Authorization` headers. Checks the key's form only.
///
/// Two headers are refused whatever is in them: a proxy could read the one and the service the other.
///
/// # Errors
/// [`Refusal::SeveralCredentials`], [`Refusal::NoCredentials`] or [`Refusal::MalformedKey`].
pub fn presented_key<'a>(
    authorization: impl IntoIterator<Item = &'a [u8]>,
) -> Result<PresentedKey<'a>, Refusal> {
    let mut values = authorization.into_iter();
    match (values.next(), values.next()) {
        (None, _) => Err(Refusal::NoCredentials),
        (Some(value), None) => PresentedKey::from_authorization(value)
            .map_err(|_| Refusal::MalformedKey)?
            .ok_or(Refusal::NoCredentials),
        (Some(_), Some(_)) => Err(Refusal::SeveralCredentials),
    }
}
