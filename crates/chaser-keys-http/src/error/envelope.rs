//! The one shape of every error body.

use serde::Serialize;
use utoipa::ToSchema;

use super::ApiError;

/// Every answer with a status of 400 or more.
#[derive(Serialize, ToSchema)]
pub(crate) struct ErrorEnvelope {
    /// What went wrong.
    pub(crate) error: ErrorBody,
}

/// What went wrong.
#[derive(Serialize, ToSchema)]
pub(crate) struct ErrorBody {
    /// A word that programs can tell errors by. `api/openapi/error_codes.rs` adds the list of codes to the description.
    #[schema(example = "not_found")]
    pub(crate) code: &'static str,
    /// What went wrong and what to do about it, for people.
    #[schema(example = "the workspace has no key with this id: GET /v1/keys lists its keys")]
    pub(crate) message: String,
}

impl From<&ApiError> for ErrorEnvelope {
    fn from(error: &ApiError) -> Self {
        Self { error: ErrorBody { code: error.code(), message: error.to_string() } }
    }
}
