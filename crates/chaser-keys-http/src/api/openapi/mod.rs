//! The OpenAPI document, generated from the handlers. It is checked in as `docs/openapi.json` and served.

mod credentials;
mod document;
mod error_codes;
mod optional_bodies;

pub(crate) use document::get_openapi;
pub use document::openapi_document;
