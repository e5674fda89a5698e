//! A request whose session has ended is redirected to sign-in, and from there back to the same page with what was typed.

use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{ACCEPT, HeaderMap, HeaderValue};
use actix_web::{HttpMessage, HttpRequest, HttpResponse};
use chaser_keys::KeyMode;
use url::form_urlencoded::{Serializer, parse};

use super::local_path::LocalPath;
use super::page;
use crate::body::read_body;
use crate::error::ApiError;

/// Fields that are kept. Never a password.
const KEPT: &[&str] = &["name", "mode", "grace", "days"];
const LONGEST_KEPT: usize = 400;

/// Answers a request for a page that the gate refused.
pub(crate) async fn refuse(mut request: ServiceRequest, refusal: ApiError) -> ServiceResponse {
    let is_about_the_session =
        matches!(refusal, ApiError::SessionMissing | ApiError::SessionEnded | ApiError::SessionInsteadOfKey);
    if !is_about_the_session || asks_for_json(request.headers()) {
        return request.error_response(refusal);
    }
    let payload = request.take_payload();
    let next = place(request.request(), payload).await;
    request.into_response(to_sign_in(&next))
}

/// Whether a script sent the request and handles errors itself.
pub(super) fn asks_for_json(headers: &HeaderMap) -> bool {
    let accept = headers.get(ACCEPT).map(HeaderValue::as_bytes).unwrap_or_default();
    accept.starts_with(b"application/json")
}

fn to_sign_in(next: &LocalPath) -> HttpResponse {
    let query = Serializer::new(String::new()).append_pair("next", next.as_str()).finish();
    page::go_to(&format!("/sign-in?{query}"))
}

async fn place(request: &HttpRequest, payload: Payload) -> LocalPath {
    if request.method() == Method::GET {
        return LocalPath::or_keys(request.uri().path_and_query().map_or("", |both| both.as_str()));
    }
    if !has_a_form(request.path()) {
        return LocalPath::or_keys("/keys");
    }
    let body = read_body(request, payload).await.unwrap_or_default();
    LocalPath::or_keys(&with_what_was_typed(request.path(), &body))
}

/// Whether the form is sent to the path that also shows it.
fn has_a_form(path: &str) -> bool {
    ["/new", "/rotate", "/rename", "/revoke"].iter().any(|end| path.ends_with(end))
}

fn with_what_was_typed(path: &str, body: &[u8]) -> String {
    let mut query = Serializer::new(String::new());
    for (name, value) in parse(body).filter(|(name, value)| is_kept(name, value)) {
        query.append_pair(&name, &value);
    }
    let query = query.finish();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

/// A key pasted into the wrong field must not end up in an address.
fn is_kept(name: &str, value: &str) -> bool {
    let holds_a_key = [KeyMode::Live, KeyMode::Test].iter().any(|mode| value.contains(mode.secret_prefix()));
    KEPT.contains(&name) && value.len() <= LONGEST_KEPT && !holds_a_key
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_is_kept_but_no_nonce_password_or_key() {
        let table = [
            ("", "/keys/new"),
            ("nonce=form-1&name=ci+e2e&mode=test", "/keys/new?name=ci+e2e&mode=test"),
            ("current=hunter2&new=hunter3", "/keys/new"),
            ("name=cha_live_qMRiH5qsecret", "/keys/new"),
        ];
        for (body, place) in table {
            assert_eq!(with_what_was_typed("/keys/new", body.as_bytes()), place);
        }
        assert_eq!(with_what_was_typed("/x", format!("name={}", "a".repeat(401)).as_bytes()), "/x");
    }
}
