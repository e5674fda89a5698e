//! The answers to a request whose key is missing, bad, or cannot be verified: each text stands here, once.

use http::header::{HeaderName, HeaderValue};
use http::{Response, StatusCode};
use thiserror::Error;

use crate::FreshnessUnproven;

/// Why a request with an API key was refused. The text is what the client reads; no text repeats what was presented.
///
/// ```
/// use chaser_keys_service::Refusal;
///
/// let response: http::Response<String> = Refusal::UnknownKey.into_response();
/// assert_eq!(response.status(), 401);
/// assert_eq!(response.headers()["www-authenticate"], r#"Bearer realm="chaser", error="invalid_token""#);
/// assert!(response.body().starts_with(r#"{"error":{"code":"unauthenticated","message":"#));
/// ```
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
#[non_exhaustive]
pub enum Refusal {
    /// 400: more than one `Authorization` header.
    #[error("send the Authorization header once, with one API key")]
    SeveralCredentials,
    /// 401: no Bearer credential, or an empty one.
    #[error("send an API key in the header \"Authorization: Bearer cha_live_…\"")]
    NoCredentials,
    /// 401: a credential that cannot be a key.
    #[error(
        "the API key is malformed: a key is cha_live_ or cha_test_ followed by 43 letters, digits, hyphens and \
         underscores; check that all of it was copied, and nothing else"
    )]
    MalformedKey,
    /// 401: a key that is unknown, expired or revoked.
    #[error(
        "the API key is not valid: it is unknown, mistyped, expired or revoked; check it, or create a new \
         one in the dashboard"
    )]
    UnknownKey,
    /// 503: see [`FreshnessUnproven`].
    #[error("the service is briefly unavailable: try again in a second")]
    FreshnessUnproven,
    /// 500: the service asks for a key on this path but has been given no verifier.
    #[error("this service is not set up to verify API keys: its operator finds the reason in its log")]
    NoVerifier,
}

impl From<FreshnessUnproven> for Refusal {
    fn from(_: FreshnessUnproven) -> Self {
        Self::FreshnessUnproven
    }
}

impl Refusal {
    /// The HTTP status.
    #[must_use]
    pub const fn status(self) -> StatusCode {
        match self {
            Self::SeveralCredentials => StatusCode::BAD_REQUEST,
            Self::NoCredentials | Self::MalformedKey | Self::UnknownKey => StatusCode::UNAUTHORIZED,
            Self::FreshnessUnproven => StatusCode::SERVICE_UNAVAILABLE,
            Self::NoVerifier => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The code in the error envelope, by which a program tells refusals apart.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::SeveralCredentials => "invalid_request",
            Self::NoCredentials | Self::MalformedKey | Self::UnknownKey => "unauthenticated",
            Self::FreshnessUnproven => "unavailable",
            Self::NoVerifier => "internal",
        }
    }

    /// The header `WWW-Authenticate` of a 401. It has an error only if a key was presented (RFC 6750 §3.1).
    #[must_use]
    pub const fn challenge(self) -> Option<&'static str> {
        match self {
            Self::NoCredentials => Some(r#"Bearer realm="chaser""#),
            Self::MalformedKey | Self::UnknownKey => Some(r#"Bearer realm="chaser", error="invalid_token""#),
            Self::SeveralCredentials | Self::FreshnessUnproven | Self::NoVerifier => None,
        }
    }

    /// Seconds after which a client may try again, for the header `Retry-After`.
    #[must_use]
    pub const fn retry_after(self) -> Option<&'static str> {
        if matches!(self, Self::FreshnessUnproven) { Some("1") } else { None }
    }

    /// All headers of the answer, by lower-case name, for a framework with header types of its own.
    pub fn headers(self) -> impl Iterator<Item = (&'static str, &'static str)> {
        // A cache that kept a refusal would go on refusing a key after the cause has passed.
        let fixed = [("content-type", "application/json"), ("cache-control", "no-store")];
        let challenge = self.challenge().map(|challenge| ("www-authenticate", challenge));
        let retry_after = self.retry_after().map(|seconds| ("retry-after", seconds));
        fixed.into_iter().chain(challenge).chain(retry_after)
    }

    /// The error envelope `{"error":{"code":…,"message":…}}` as JSON.
    #[must_use]
    pub fn body(self) -> String {
        // The texts above contain quotes, but no backslash and no control character.
        let message = self.to_string().replace('"', "\\\"");
        format!(r#"{{"error":{{"code":"{}","message":"{message}"}}}}"#, self.code())
    }

    /// The whole answer, for frameworks that use `http` 1.x: `axum::body::Body` and `String` are such bodies.
    #[must_use]
    pub fn into_response<B: From<String>>(self) -> Response<B> {
        let mut response = Response::new(B::from(self.body()));
        *response.status_mut() = self.status();
        for (name, value) in self.headers() {
            response.headers_mut().insert(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        response
    }
}
