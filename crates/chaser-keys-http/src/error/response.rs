//! From a refusal to a response: status, headers, envelope.

use actix_web::http::StatusCode;
use actix_web::http::header;
use actix_web::{HttpResponse, HttpResponseBuilder, ResponseError};
use chaser_keys_service::Refusal;

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
            // actix-web 4 has the status type of `http` 0.2. The codes are the same.
            Self::KeyRefused(refusal) => {
                StatusCode::from_u16(refusal.status().as_u16()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
            }
            Self::SessionMissing
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
            Self::Unavailable { .. } => StatusCode::SERVICE_UNAVAILABLE,
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
        if self.status_code() == StatusCode::UNAUTHORIZED
            && let Some(challenge) = self.challenge()
        {
            response.insert_header((header::WWW_AUTHENTICATE, challenge));
        }
        match self {
            Self::MethodNotAllowed { allowed } => {
                response.insert_header((header::ALLOW, allowed.as_str()));
            }
            Self::TooManyAttempts { retry_after } => {
                response.insert_header((header::RETRY_AFTER, seconds(*retry_after)));
            }
            Self::Unavailable { .. } => {
                response.insert_header((header::RETRY_AFTER, 1));
            }
            Self::KeyRefused(refusal) => {
                if let Some(seconds) = refusal.retry_after() {
                    response.insert_header((header::RETRY_AFTER, seconds));
                }
            }
            _ => {}
        }
        if self.leaves_the_body_unread() {
            response.force_close();
        }
    }

    /// A call that takes a session has the challenge of a request without a key.
    fn challenge(&self) -> Option<&'static str> {
        match self {
            Self::KeyRefused(refusal) => refusal.challenge(),
            _ => Refusal::NoCredentials.challenge(),
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
