//! Responses that are pages.

use actix_web::http::StatusCode;
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, LOCATION,
};
use actix_web::web::Bytes;
use actix_web::{HttpResponse, HttpResponseBuilder};
use askama::Template;
use zeroize::Zeroizing;

use crate::error::ApiError;

/// Only our own files, no inline script or style: even markup that escaped into a page could run nothing.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src \
                      'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
/// Bytes; more than a page with a secret takes: a buffer that grows would leave copies of the secret in memory.
const ROOM: usize = 32 * 1024;

/// A page with this status.
pub(super) fn respond(status: StatusCode, page: &impl Template) -> Result<HttpResponse, ApiError> {
    Ok(dressed(status).body(text_of(page)?))
}

/// A page with status 200.
pub(super) fn show(page: &impl Template) -> Result<HttpResponse, ApiError> {
    respond(StatusCode::OK, page)
}

/// A page with a secret, status 201: its text is wiped once it is sent.
pub(super) fn show_once(page: &impl Template) -> Result<HttpResponse, ApiError> {
    let mut text = Zeroizing::new(Vec::with_capacity(ROOM));
    Template::write_into(page, &mut *text).map_err(|error| unwritable(&error))?;
    Ok(dressed(StatusCode::CREATED).body(Bytes::from_owner(text)))
}

/// 303: the browser requests that path, also after a POST.
pub(super) fn go_to(path: &str) -> HttpResponse {
    HttpResponse::SeeOther()
        .insert_header((LOCATION, path))
        .insert_header((CACHE_CONTROL, "no-store"))
        .finish()
}

pub(super) fn text_of(page: &impl Template) -> Result<String, ApiError> {
    page.render().map_err(|error| unwritable(&error))
}

/// Gives the headers of a page to a response that was made for a program.
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
