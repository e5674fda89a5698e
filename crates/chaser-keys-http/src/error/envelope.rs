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
    /// A word to tell errors apart by in a program: `invalid_request`, `invalid_json`, `malformed_request`,
    /// `key_in_url` (400); `unauthenticated`, `wrong_credentials` (401); `cross_site_request` (403); `not_found`
    /// (404); `method_not_allowed` (405); `request_timeout` (408); `conflict`, `idempotency_key_reused` (409);
    /// `payload_too_large` (413); `unsupported_media_type` (415); `too_many_attempts` (429); `headers_too_large`
    /// (431); `internal` (500); `bad_gateway` (502); `unavailable` (503); `gateway_timeout` (504).
    #[schema(example = "not_found")]
    pub(crate) code: &'static str,
    /// What to do about it, for a person.
    #[schema(example = "the workspace has no key with this id: GET /v1/keys lists its keys")]
    pub(crate) message: String,
}

impl From<&ApiError> for ErrorEnvelope {
    fn from(error: &ApiError) -> Self {
        Self { error: ErrorBody { code: error.code(), message: error.to_string() } }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use crate::openapi_document;

    /// The codes stand in one `match`, and nowhere else in that file.
    #[test]
    fn the_description_names_every_code() {
        let described: Value = serde_json::from_str(openapi_document()).unwrap();
        let description =
            described["components"]["schemas"]["ErrorBody"]["properties"]["code"]["description"]
                .as_str()
                .unwrap();
        let codes: Vec<_> = include_str!("mod.rs")
            .split("=> \"")
            .skip(1)
            .filter_map(|rest| Some(rest.split_once('"')?.0))
            .collect();
        assert!(codes.len() >= 20, "{codes:?}");
        for code in codes {
            assert!(description.contains(&format!("`{code}`")), "{code} is not described");
        }
    }
}
