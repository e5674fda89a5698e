//! Status and code of every error: the table of codes, and which of them each error has.

use actix_web::http::StatusCode;

use super::ApiError;

/// Every code with its status. The OpenAPI document lists the codes from here.
pub(crate) const CODES: [(StatusCode, &str); 20] = [
    (StatusCode::BAD_REQUEST, "invalid_request"),
    (StatusCode::BAD_REQUEST, "invalid_json"),
    (StatusCode::BAD_REQUEST, "malformed_request"),
    (StatusCode::BAD_REQUEST, "key_in_url"),
    (StatusCode::UNAUTHORIZED, "unauthenticated"),
    (StatusCode::UNAUTHORIZED, "wrong_credentials"),
    (StatusCode::FORBIDDEN, "cross_site_request"),
    (StatusCode::NOT_FOUND, "not_found"),
    (StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed"),
    (StatusCode::REQUEST_TIMEOUT, "request_timeout"),
    (StatusCode::CONFLICT, "conflict"),
    (StatusCode::CONFLICT, "idempotency_key_reused"),
    (StatusCode::PAYLOAD_TOO_LARGE, "payload_too_large"),
    (StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type"),
    (StatusCode::TOO_MANY_REQUESTS, "too_many_attempts"),
    (StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, "headers_too_large"),
    (StatusCode::INTERNAL_SERVER_ERROR, "internal"),
    (StatusCode::BAD_GATEWAY, "bad_gateway"),
    (StatusCode::SERVICE_UNAVAILABLE, "unavailable"),
    (StatusCode::GATEWAY_TIMEOUT, "gateway_timeout"),
];

impl ApiError {
    /// The word that programs can tell the error by.
    pub(crate) const fn code(&self) -> &'static str {
        self.spec().1
    }

    /// The status and the code.
    pub(crate) const fn spec(&self) -> (StatusCode, &'static str) {
        match self {
            Self::InvalidRequest(_) | Self::AmbiguousPath => const { coded("invalid_request") },
            Self::InvalidJson(_) => const { coded("invalid_json") },
            Self::MalformedRequest | Self::ConnectionClosing => const { coded("malformed_request") },
            Self::KeyInUrl => const { coded("key_in_url") },
            Self::KeyRefused(refusal) => coded(refusal.code()),
            Self::SessionMissing | Self::SessionInsteadOfKey | Self::SessionEnded => {
                const { coded("unauthenticated") }
            }
            Self::WrongCredentials => const { coded("wrong_credentials") },
            Self::CrossSite => const { coded("cross_site_request") },
            Self::NotFound | Self::NotInternal | Self::KeyNotFound => const { coded("not_found") },
            Self::MethodNotAllowed { .. } => const { coded("method_not_allowed") },
            Self::RequestTimeout => const { coded("request_timeout") },
            Self::Conflict(_) | Self::UsageBatchReused => const { coded("conflict") },
            Self::IdempotencyKeyReused => const { coded("idempotency_key_reused") },
            Self::PayloadTooLarge => const { coded("payload_too_large") },
            Self::UnsupportedMediaType(_) => const { coded("unsupported_media_type") },
            Self::TooManyAttempts { .. } => const { coded("too_many_attempts") },
            Self::HeadersTooLarge => const { coded("headers_too_large") },
            Self::Internal { .. } => const { coded("internal") },
            Self::Unavailable { .. } => const { coded("unavailable") },
            Self::UpstreamFailed { .. } => const { coded("bad_gateway") },
            Self::UpstreamTimeout { .. } => const { coded("gateway_timeout") },
        }
    }
}

/// The row of a code. Where it runs at compile time, a code without a row does not compile; the codes of refused keys are
/// tested.
const fn coded(code: &str) -> (StatusCode, &'static str) {
    let mut row = 0;
    while row < CODES.len() {
        if equal(CODES[row].1.as_bytes(), code.as_bytes()) {
            return CODES[row];
        }
        row += 1;
    }
    panic!("CODES has no row for this code")
}

/// `==` on slices is not const.
const fn equal(left: &[u8], right: &[u8]) -> bool {
    let mut index = 0;
    while index < left.len() && index < right.len() && left[index] == right[index] {
        index += 1;
    }
    index == left.len() && index == right.len()
}

#[cfg(test)]
mod tests {
    use chaser_keys_service::Refusal;

    use super::*;

    #[test]
    fn a_refused_key_has_the_status_and_the_code_of_its_refusal() {
        for refusal in [
            Refusal::SeveralCredentials,
            Refusal::NoCredentials,
            Refusal::MalformedKey,
            Refusal::UnknownKey,
            Refusal::FreshnessUnproven,
            Refusal::NoVerifier,
        ] {
            let (status, code) = ApiError::KeyRefused(refusal).spec();
            assert_eq!((status.as_u16(), code), (refusal.status().as_u16(), refusal.code()), "{refusal:?}");
        }
    }
}
