//! An error as a response: status, headers, envelope.

use actix_web::http::StatusCode;
use actix_web::http::header;
use actix_web::{HttpResponse, HttpResponseBuilder, ResponseError};

use super::{ApiError, ErrorEnvelope, seconds};

impl ResponseError for ApiError {
    fn status_code(&self) -> StatusCode {
        self.spec().0
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status_code());
        self.add_headers(&mut response);
        response.json(ErrorEnvelope::from(self))
    }
}

impl From<ApiError> for HttpResponse {
    fn from(error: ApiError) -> Self {
        Self::from_error(error)
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
            Self::PayloadTooLarge | Self::RequestTimeout | Self::MalformedRequest | Self::ConnectionClosing
        )
    }
}
