//! Refusals as pages, with the same statuses as in the API.

use actix_web::HttpResponse;
use actix_web::body::BoxBody;
use actix_web::http::Method;
use actix_web::http::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderValue, WWW_AUTHENTICATE};
use askama::Template;

use super::wording::sentence::sentence;
use super::{page, resume};
use crate::authentication::Access;
use crate::error::ApiError;

#[derive(Template)]
#[template(path = "error.html")]
struct RefusalPage {
    title: &'static str,
    text: String,
    way_out: WayOut,
}

struct WayOut {
    href: &'static str,
    label: &'static str,
}

const TO_KEYS: WayOut = WayOut { href: "/keys", label: "Back to keys" };
const TO_SIGN_IN: WayOut = WayOut { href: "/sign-in", label: "Sign in" };

/// Who reads a response: a browser or a program.
#[derive(Clone, Copy)]
pub(crate) struct Reader {
    wants_page: bool,
    /// A form that failed on our side may still have been carried out.
    may_have_changed_something: bool,
}

impl Reader {
    pub(crate) fn of(method: &Method, decoded_path: &str, access: Access, headers: &HeaderMap) -> Self {
        Self {
            wants_page: wants_page(decoded_path, access, headers),
            may_have_changed_something: !method.is_safe(),
        }
    }

    /// The same response, as a page if it is a refusal and goes to a browser.
    pub(crate) fn show(self, response: HttpResponse) -> HttpResponse {
        match refusal_in(&response).filter(|_| self.wants_page) {
            Some(error) => {
                let text = page_of(error, self.may_have_changed_something);
                as_page(response, text)
            }
            None => response,
        }
    }
}

/// The API always answers with the envelope. The dashboard's paths answer with pages, except to a script. On other paths
/// the header `Accept` decides.
fn wants_page(path: &str, access: Access, headers: &HeaderMap) -> bool {
    if path == "/v1" || path.starts_with("/v1/") || path.starts_with("/api-docs/") {
        return false;
    }
    let is_html = |accept: &HeaderValue| accept.as_bytes().windows(9).any(|part| part == b"text/html");
    headers.get(ACCEPT).is_some_and(is_html) || access == Access::Page && !resume::asks_for_json(headers)
}

fn refusal_in(response: &HttpResponse) -> Option<&ApiError> {
    response.error()?.as_error()
}

fn as_page(response: HttpResponse, text: Result<String, ApiError>) -> HttpResponse {
    let Ok(text) = text else { return response };
    let mut response = response.set_body(BoxBody::new(text));
    let headers = response.headers_mut();
    headers.remove(CONTENT_TYPE);
    headers.remove(WWW_AUTHENTICATE);
    page::dress(headers);
    response
}

fn page_of(error: &ApiError, may_have_changed_something: bool) -> Result<String, ApiError> {
    let (title, text, way_out) = words(error, may_have_changed_something);
    page::text_of(&RefusalPage { title, text, way_out })
}

fn words(error: &ApiError, may_have_changed_something: bool) -> (&'static str, String, WayOut) {
    match error {
        ApiError::KeyNotFound => ("No such key", "This workspace has no such key. It may belong to another workspace.".to_owned(), TO_KEYS),
        ApiError::NotFound => ("Nothing here", "There is no page at this address.".to_owned(), TO_KEYS),
        ApiError::MethodNotAllowed { .. } => ("Nothing here", "This address is reached by a form, not by a link.".to_owned(), TO_KEYS),
        ApiError::CrossSite => (
            "Not sent from here",
            "This form was sent from another site, so nothing was done. Open the dashboard itself and try again there.".to_owned(),
            TO_KEYS,
        ),
        ApiError::KeyInUrl => (
            "A key in the address",
            "Addresses are kept in histories and logs, so nothing was looked up. Search for the key’s first 16 \
             characters instead, and rotate that key now."
                .to_owned(),
            TO_KEYS,
        ),
        ApiError::Unavailable { .. } | ApiError::Internal { .. } if may_have_changed_something => (
            "We couldn’t confirm this",
            "Check the list before trying again: it may or may not have been done.".to_owned(),
            WayOut { href: "/keys", label: "Check the list" },
        ),
        ApiError::Unavailable { .. } => (
            "Briefly unavailable",
            "The dashboard can’t reach its database. Try again in a moment.".to_owned(),
            WayOut { href: "/keys", label: "Try again" },
        ),
        ApiError::Internal { .. } => (
            "Something went wrong",
            "That is our mistake. Try again, and tell support if it happens again.".to_owned(),
            TO_KEYS,
        ),
        ApiError::SessionMissing | ApiError::SessionEnded | ApiError::SessionInsteadOfKey => {
            ("Session ended", "Sign in to go on.".to_owned(), TO_SIGN_IN)
        }
        other => ("That didn’t work", sentence(&other.to_string()), TO_KEYS),
    }
}
