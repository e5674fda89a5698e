//! Errors that actix-web makes itself get the envelope like our own.

use actix_web::http::StatusCode;
use actix_web::{Error, HttpResponse};

use crate::error::ApiError;

/// The response, or ours in its place if it is an error of the framework's.
pub(super) fn replaced(response: HttpResponse) -> HttpResponse {
    match response.error() {
        Some(error) if error.as_error::<ApiError>().is_none() => explain(error).into(),
        _ => response,
    }
}

/// Our error for one of actix-web's, whose text is only logged.
pub(super) fn explain(error: &Error) -> ApiError {
    match error.as_response_error().status_code() {
        StatusCode::NOT_FOUND => ApiError::NotFound,
        StatusCode::PAYLOAD_TOO_LARGE => ApiError::PayloadTooLarge,
        status if status.is_client_error() => ApiError::MalformedRequest,
        _ => ApiError::internal(error.to_string()),
    }
}
