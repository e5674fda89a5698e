//! Everything a request can be refused with: one message that says what to do.
//!
//! A message never repeats what the request said: a password or a key may stand in the wrong field. The cause of a 500 or
//! a 503 is logged once, by the boundary; the caller sees a generic message. Status and code: `spec.rs`.

use std::error::Error;
use std::time::Duration;

use chaser_keys::RotateRefusal;
use chaser_keys_service::Refusal;
use chaser_keys_storage::ErrorChain;
use thiserror::Error;

/// The cause of an error on our side.
pub(crate) type BoxError = Box<dyn Error + Send + Sync>;

/// Why a request was refused. The text is what the caller reads.
#[derive(Debug, Error)]
pub(crate) enum ApiError {
    #[error("{0}")]
    InvalidRequest(String),
    #[error("the body is not valid JSON: {0}")]
    InvalidJson(String),
    #[error(
        "the request is not valid HTTP/1.1, or it says in two ways where its body ends: check the headers \
         Host, Content-Length and Transfer-Encoding, each of which may be sent once"
    )]
    MalformedRequest,
    #[error("the server closed this connection after the previous response: retry on a new connection")]
    ConnectionClosing,
    #[error(
        "there is an API key in the URL, where logs and browser histories keep it: send it in the header \
         \"Authorization: Bearer …\", and rotate that key now"
    )]
    KeyInUrl,
    #[error(
        "this path can be read in more than one way: send it without empty, `.` and `..` segments, backslashes, \
         encoded slashes and control characters"
    )]
    AmbiguousPath,
    /// An API key is missing, bad, or cannot be verified now. Why it cannot, the node's feed has logged once.
    #[error(transparent)]
    KeyRefused(#[from] Refusal),
    #[error(
        "this call takes a dashboard session: sign in with POST /v1/auth/login and send the cookie \
         chaser_session back"
    )]
    SessionMissing,
    #[error(
        "this call takes a dashboard session, not an API key: sign in with POST /v1/auth/login and send the \
         cookie chaser_session back"
    )]
    SessionInsteadOfKey,
    #[error("the dashboard session has ended: sign in again with POST /v1/auth/login")]
    SessionEnded,
    #[error("e-mail and password do not match: check both")]
    WrongCredentials,
    #[error("this request came from another site: use the dashboard itself, or a non-browser client")]
    CrossSite,
    #[error("there is nothing at this path: /api-docs/openapi.json lists what there is")]
    NotFound,
    #[error(
        "there is nothing at this path of the internal listener: the API and the dashboard have an address of their own"
    )]
    NotInternal,
    #[error("the workspace has no key with this id: GET /v1/keys lists its keys")]
    KeyNotFound,
    #[error("this path does not take that method: it takes {allowed}")]
    MethodNotAllowed { allowed: String },
    #[error("the request took too long to arrive: send it again in one go")]
    RequestTimeout,
    #[error("{0}")]
    Conflict(RotateRefusal),
    #[error(
        "this Idempotency-Key was used with a different request: use a new one for every new request, and \
         repeat one only to repeat the same request"
    )]
    IdempotencyKeyReused,
    #[error(
        "another batch was counted under this id: choose a new one for every new batch, and repeat one only with the \
         same usage"
    )]
    UsageBatchReused,
    #[error("the body is too large: at most 16 KiB are taken")]
    PayloadTooLarge,
    #[error("{0}")]
    UnsupportedMediaType(&'static str),
    #[error("too many failed sign-ins: try again in {} seconds", seconds(*retry_after))]
    TooManyAttempts { retry_after: Duration },
    #[error("the request's headers are too large or too many: at most 96 headers and 128 KiB are taken")]
    HeadersTooLarge,
    #[error("something went wrong on our side: try again, and report the X-Request-Id if it happens again")]
    Internal {
        #[source]
        cause: BoxError,
    },
    #[error("the service is briefly unavailable: try again in a second")]
    Unavailable {
        #[source]
        cause: BoxError,
    },
    #[error(
        "the API behind this address did not answer properly: try again, and report the X-Request-Id if it \
         happens again"
    )]
    UpstreamFailed {
        #[source]
        cause: BoxError,
    },
    #[error("the API behind this address took too long: try again, if the request may be sent twice")]
    UpstreamTimeout {
        #[source]
        cause: BoxError,
    },
}

/// Whole seconds, rounded up and at least 1, so that a retry after them is not too early.
pub(crate) fn seconds(duration: Duration) -> u64 {
    (duration.as_secs() + u64::from(duration.subsec_nanos() > 0)).max(1)
}

impl ApiError {
    /// An error on our side: 500.
    pub(crate) fn internal(cause: impl Into<BoxError>) -> Self {
        Self::Internal { cause: cause.into() }
    }

    /// Something that this server needs does not answer: 503.
    pub(crate) fn unavailable(cause: impl Into<BoxError>) -> Self {
        Self::Unavailable { cause: cause.into() }
    }

    /// What the log says beyond the status, and the caller does not learn.
    pub(crate) fn cause(&self) -> Option<String> {
        match self {
            Self::Internal { cause }
            | Self::Unavailable { cause }
            | Self::UpstreamFailed { cause }
            | Self::UpstreamTimeout { cause } => Some(ErrorChain(cause.as_ref()).to_string()),
            Self::KeyRefused(Refusal::MalformedKey) => Some("the key is malformed".to_owned()),
            Self::KeyRefused(Refusal::UnknownKey) => {
                Some("the key is unknown, expired or revoked".to_owned())
            }
            _ => None,
        }
    }
}
