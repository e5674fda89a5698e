//! The head of the request as the upstream gets it.

use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::{HttpMessage, HttpRequest};
use chaser_keys_storage::VerifiedKey;
use hyper::http::{self, Uri};

use super::cookies;
use super::hop_by_hop::HopByHop;
use crate::boundary::RequestId;
use crate::client_address;
use crate::gateway::authorize;
use crate::options::HttpOptions;

/// What the client says and the upstream is told by us, or not at all. Compared with hyphens for underscores: to
/// many servers `X_Chaser_Mode` is the same variable as `X-Chaser-Mode`.
const NOT_THE_CLIENTS: [&str; 7] =
    ["authorization", "cookie", "expect", "forwarded", "host", "x-real-ip", "x-request-id"];
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
    for (name, value) in headers {
        if !hop.includes(name.as_str()) && !is_not_the_clients(name) {
            head = head.header(name.as_str(), value.as_bytes());
        }
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

fn is_not_the_clients(name: &HeaderName) -> bool {
    let name = name.as_str().replace('_', "-");
    NOT_THE_CLIENTS.contains(&name.as_str())
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
