//! The head of the upstream's request.

use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::{HttpMessage, HttpRequest};
use chaser_keys_storage::VerifiedKey;
use hyper::http::header::{CONTENT_LENGTH, TRANSFER_ENCODING};
use hyper::http::{self, Uri};

use super::cookies;
use super::hop_by_hop::HopByHop;
use crate::headers::{RequestId, announces_body, client_address, identity};
use crate::options::HttpOptions;

/// Headers that are dropped from the client's request: we set them ourselves, or they are not sent. `X-Original-URL` and
/// `X-Rewrite-URL` override the path in some frameworks, after we authenticated another one; CGI programs take `Proxy` for
/// a setting (CVE-2016-5385).
const STRIPPED_HEADERS: [&str; 10] = [
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
/// Prefixes of headers that are dropped likewise.
const STRIPPED_PREFIXES: [&str; 2] = ["x-chaser-", "x-forwarded-"];

/// Method, target and headers: without the key, with its identity.
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
        let normalized = normalized_name(name);
        // `content_length`, which some servers read as a second length.
        let claims_a_length = normalized == "content-length" && name != CONTENT_LENGTH.as_str();
        hop.includes(name.as_str())
            || hop.includes(&normalized)
            || is_stripped(&normalized)
            || claims_a_length
    };
    for (name, value) in headers.iter().filter(|(name, _)| !ends_here(name)) {
        head = head.header(name.as_str(), value.as_bytes());
    }
    // hyper sends no body with a `GET` unless the head announces one.
    let has_length = head.headers_ref().is_some_and(|sent| sent.contains_key(CONTENT_LENGTH));
    if announces_body(headers) && !has_length {
        head = head.header(TRANSFER_ENCODING, "chunked");
    }
    // Browsers send one `Cookie` header; a proxy that got the request by HTTP/2 may have split it.
    for value in headers.get_all(header::COOKIE) {
        if let Some(others) = cookies::without_ours(value.as_bytes()) {
            head = head.header("cookie", others);
        }
    }
    for (name, value) in identity(key) {
        head = head.header(name.as_str(), value.as_bytes());
    }
    add_forwarding_headers(head, request, options)
}

/// Many servers (CGI, WSGI) read `X_Chaser_Mode`, `X.Chaser.Mode` and `X-Chaser-Mode` as the same variable.
fn normalized_name(name: &HeaderName) -> String {
    name.as_str().replace(|letter: char| !letter.is_ascii_alphanumeric(), "-")
}

/// Takes a normalized name.
fn is_stripped(name: &str) -> bool {
    STRIPPED_HEADERS.contains(&name) || STRIPPED_PREFIXES.iter().any(|beginning| name.starts_with(beginning))
}

/// `X-Forwarded-…`, `X-Request-Id` and `Via`: the upstream sees only our connection.
fn add_forwarding_headers(
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
