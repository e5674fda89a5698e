//! From a template to a response that a browser takes for a page.

use actix_web::http::StatusCode;
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, LOCATION,
};
use actix_web::web::Bytes;
use actix_web::{HttpResponse, HttpResponseBuilder};
use askama::Template;
use zeroize::Zeroizing;

use crate::error::ApiError;

/// Nothing but our own files, and no inline script or style: a name with markup in it stays text.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src \
                      'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
/// More than a page with a secret takes, so that its buffer never grows and leaves no copy behind.
const ROOM: usize = 32 * 1024;

/// A page that answers with a status.
pub(super) fn respond(status: StatusCode, page: &impl Template) -> Result<HttpResponse, ApiError> {
    Ok(dressed(status).body(text_of(page)?))
}

/// The usual one.
pub(super) fn show(page: &impl Template) -> Result<HttpResponse, ApiError> {
    respond(StatusCode::OK, page)
}

/// A page with a secret in it: the text is wiped once it is written.
pub(super) fn show_once(page: &impl Template) -> Result<HttpResponse, ApiError> {
    let mut text = Zeroizing::new(Vec::with_capacity(ROOM));
    Template::write_into(page, &mut *text).map_err(|error| unwritable(&error))?;
    Ok(dressed(StatusCode::CREATED).body(Bytes::from_owner(text)))
}

/// After a form was carried out, or where something else stands: the browser asks for that page.
pub(super) fn go_to(path: &str) -> HttpResponse {
    HttpResponse::SeeOther()
        .insert_header((LOCATION, path))
        .insert_header((CACHE_CONTROL, "no-store"))
        .finish()
}

pub(super) fn text_of(page: &impl Template) -> Result<String, ApiError> {
    page.render().map_err(|error| unwritable(&error))
}

/// What makes a response a page, for one that was made for a program.
pub(super) fn dress(headers: &mut HeaderMap) {
    for (name, value) in page_headers() {
        headers.insert(name, value);
    }
}

fn dressed(status: StatusCode) -> HttpResponseBuilder {
    let mut response = HttpResponse::build(status);
    for header in page_headers() {
        response.insert_header(header);
    }
    response
}

fn page_headers() -> [(HeaderName, HeaderValue); 3] {
    [
        (CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
        (CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ]
}

fn unwritable(error: &dyn std::fmt::Display) -> ApiError {
    ApiError::internal(format!("a page cannot be written: {error}"))
}
