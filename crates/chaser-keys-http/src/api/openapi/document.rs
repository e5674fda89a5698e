//! What the document consists of: the calls, and what is added to all of them.

use std::sync::LazyLock;

use actix_web::HttpResponse;
use actix_web::http::header::ContentType;
use utoipa::OpenApi;

use super::credentials::Credentials;
use super::error_codes::ErrorCodes;
use super::optional_bodies::OptionalBodies;
use crate::api::keys::{create_key, get_key, list_keys, rename_key, revoke_key, rotate_key};
use crate::api::session::{get_session, login, logout};
use crate::api::usage::get_usage;
use crate::error::ErrorEnvelope;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Chaser Keys",
        description = "API keys of Chaser: creating, rotating and revoking them (with a dashboard session), \
                       and using them (as a Bearer token)."
    ),
    paths(
        login::login,
        logout::logout,
        get_session::get_session,
        list_keys::list_keys,
        create_key::create_key,
        get_key::get_key,
        rename_key::rename_key,
        revoke_key::revoke_key,
        rotate_key::rotate_key,
        get_usage::get_usage,
        get_openapi
    ),
    components(schemas(ErrorEnvelope)),
    modifiers(&Credentials, &ErrorCodes, &OptionalBodies)
)]
struct Document;

/// Describe the API
#[utoipa::path(get, path = "/api-docs/openapi.json", tag = "description", responses(
    (status = 200, description = "This document.", content_type = "application/json"),
))]
pub(crate) async fn get_openapi() -> HttpResponse {
    HttpResponse::Ok().insert_header(ContentType::json()).body(openapi_document())
}

/// The OpenAPI document of the public API, as indented JSON.
#[must_use]
pub fn openapi_document() -> &'static str {
    static DOCUMENT: LazyLock<String> =
        LazyLock::new(|| Document::openapi().to_pretty_json().unwrap_or_default());
    &DOCUMENT
}
