//! An error as a response: status, headers, envelope.

use actix_web::http::StatusCode;
use actix_web::http::header;
use actix_web::{HttpResponse, HttpResponseBuilder, ResponseError};
use chaser_keys_service::Refusal;

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
            Self::PayloadTooLarge | Self::RequestTimeout | Self::MalformedRequest | Self::ConnectionClosing
        )
    }
}
