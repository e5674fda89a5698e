//! Errors that the framework made up: given the envelope like our own.

use actix_web::Error;
use actix_web::http::StatusCode;

use crate::error::ApiError;

/// Our word for an error of actix-web. Its own text stays in the log.
pub(super) fn explain(error: &Error) -> ApiError {
    match error.as_response_error().status_code() {
        StatusCode::NOT_FOUND => ApiError::NotFound,
        StatusCode::PAYLOAD_TOO_LARGE => ApiError::PayloadTooLarge,
        status if status.is_client_error() => ApiError::MalformedRequest,
        _ => ApiError::Internal { cause: error.to_string() },
    }
}
