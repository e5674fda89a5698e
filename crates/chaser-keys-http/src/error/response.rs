//! From a refusal to a response: status, headers, envelope.

use actix_web::http::StatusCode;
use actix_web::http::header;
use actix_web::{HttpResponse, HttpResponseBuilder, ResponseError};

use super::{ApiError, ErrorEnvelope, seconds};

impl ResponseError for ApiError {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::InvalidRequest(_)
            | Self::InvalidJson(_)
            | Self::MalformedRequest
            | Self::AfterTheLast
            | Self::AmbiguousPath
            | Self::KeyInUrl => StatusCode::BAD_REQUEST,
            Self::KeyMissing
            | Self::KeyInvalid { .. }
            | Self::SessionMissing
            | Self::SessionInsteadOfKey
            | Self::SessionEnded
            | Self::WrongCredentials => StatusCode::UNAUTHORIZED,
            Self::CrossSite => StatusCode::FORBIDDEN,
            Self::NotFound | Self::NotInternal | Self::KeyNotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed { .. } => StatusCode::METHOD_NOT_ALLOWED,
            Self::RequestTimeout => StatusCode::REQUEST_TIMEOUT,
            Self::Conflict(_) | Self::IdempotencyKeyReused | Self::UsageBatchReused => StatusCode::CONFLICT,
            Self::PayloadTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::UnsupportedMediaType(_) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::TooManyAttempts { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::HeadersTooLarge => StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
            Self::Internal { .. } => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Unavailable { .. } | Self::Unproven => StatusCode::SERVICE_UNAVAILABLE,
            Self::UpstreamFailed { .. } => StatusCode::BAD_GATEWAY,
            Self::UpstreamTimeout { .. } => StatusCode::GATEWAY_TIMEOUT,
        }
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status_code());
        self.add_headers(&mut response);
        response.json(ErrorEnvelope::from(self))
    }
}

impl ApiError {
    fn add_headers(&self, response: &mut HttpResponseBuilder) {
        if self.status_code() == StatusCode::UNAUTHORIZED {
            response.insert_header((header::WWW_AUTHENTICATE, self.challenge()));
        }
        match self {
            Self::MethodNotAllowed { allowed } => {
                response.insert_header((header::ALLOW, allowed.as_str()));
            }
            Self::TooManyAttempts { retry_after } => {
                response.insert_header((header::RETRY_AFTER, seconds(*retry_after)));
            }
            Self::Unavailable { .. } | Self::Unproven => {
                response.insert_header((header::RETRY_AFTER, 1));
            }
            _ => {}
        }
        if self.leaves_the_body_unread() {
            response.force_close();
        }
    }

    /// RFC 6750 §3: an error code only when a key was presented and refused.
    const fn challenge(&self) -> &'static str {
        match self {
            Self::KeyInvalid { .. } => r#"Bearer realm="chaser", error="invalid_token""#,
            _ => r#"Bearer realm="chaser""#,
        }
    }

    /// Whether the rest of the request is still on its way, so that no other request can follow it.
    const fn leaves_the_body_unread(&self) -> bool {
        matches!(
            self,
            Self::PayloadTooLarge | Self::RequestTimeout | Self::MalformedRequest | Self::AfterTheLast
        )
    }
}
