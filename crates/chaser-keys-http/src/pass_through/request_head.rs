//! The head of the request as the upstream gets it.

use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::{HttpMessage, HttpRequest};
use chaser_keys_storage::VerifiedKey;
use hyper::http::header::{CONTENT_LENGTH, TRANSFER_ENCODING};
use hyper::http::{self, Uri};

use super::hop_by_hop::HopByHop;
use super::{cookies, upload};
use crate::boundary::RequestId;
use crate::client_address;
use crate::gateway::authorize;
use crate::options::HttpOptions;

/// What the client says and the upstream is told by us, or not at all. To frameworks that believe in the last two,
/// they name another path than the one that was authenticated; to a CGI program `proxy` is a setting (CVE-2016-5385).
const NOT_THE_CLIENTS: [&str; 10] = [
    "authorization",
    "cookie",
    "expect",
    "forwarded",
    "host",
    "proxy",
    "x-real-ip",
    "x-request-id",
    "x-original-url",
    "x-rewrite-url",
];
/// Beginnings of names, likewise.
const NOT_THE_CLIENTS_EITHER: [&str; 2] = ["x-chaser-", "x-forwarded-"];

/// Method, target and headers. The key stays here; who it belongs to goes on.
pub(super) fn of(
    request: &HttpRequest,
    uri: &Uri,
    key: &VerifiedKey,
    options: &HttpOptions,
) -> http::request::Builder {
    let mut head = http::Request::builder().method(request.method().as_str()).uri(uri.clone());
    let headers = request.headers();
    let hop = HopByHop::of(headers.get_all(header::CONNECTION).map(HeaderValue::as_bytes));
    let ends_here = |name: &HeaderName| {
        let read = as_many_read(name);
        // A second length, to whoever reads `content_length` like that.
        let claims_a_length = read == "content-length" && name != CONTENT_LENGTH.as_str();
        hop.includes(name.as_str()) || hop.includes(&read) || is_not_the_clients(&read) || claims_a_length
    };
    for (name, value) in headers.iter().filter(|(name, _)| !ends_here(name)) {
        head = head.header(name.as_str(), value.as_bytes());
    }
    // To hyper a `GET` without a length has no body, unless its head says so.
    let has_length = head.headers_ref().is_some_and(|sent| sent.contains_key(CONTENT_LENGTH));
    if upload::is_announced(headers) && !has_length {
        head = head.header(TRANSFER_ENCODING, "chunked");
    }
    // A browser joins its cookies in one header; HTTP/2 in front of a proxy may have split them.
    for value in headers.get_all(header::COOKIE) {
        if let Some(others) = cookies::without_ours(value.as_bytes()) {
            head = head.header("cookie", others);
        }
    }
    for (name, value) in authorize::identity(key) {
        head = head.header(name.as_str(), value.as_bytes());
    }
    about_the_client(head, request, options)
}

/// To many servers all of `X_Chaser_Mode`, `X.Chaser.Mode` and `X-Chaser-Mode` are the same variable.
fn as_many_read(name: &HeaderName) -> String {
    name.as_str().replace(|letter: char| !letter.is_ascii_alphanumeric(), "-")
}

/// For a name as many read it.
fn is_not_the_clients(name: &str) -> bool {
    NOT_THE_CLIENTS.contains(&name)
        || NOT_THE_CLIENTS_EITHER.iter().any(|beginning| name.starts_with(beginning))
}

/// Who called, and under which name: known to us alone, since the upstream sees only our connection.
fn about_the_client(
    mut head: http::request::Builder,
    request: &HttpRequest,
    options: &HttpOptions,
) -> http::request::Builder {
    let client = client_address::of(request, &options.trusted_proxies);
    head = head.header("x-forwarded-for", client.to_string());
    head = head.header("x-forwarded-proto", if options.is_behind_tls() { "https" } else { "http" });
    if let Some(host) = request.headers().get(header::HOST) {
        head = head.header("x-forwarded-host", host.as_bytes());
    }
    if let Some(id) = request.extensions().get::<RequestId>() {
        head = head.header("x-request-id", id.to_string());
    }
    // RFC 9110 §7.6.3: a gateway names itself.
    head.header("via", "1.1 chaser-keys")
}
