//! Refusals for gRPC clients, which read a status of gRPC's own and not HTTP's (gRPC over HTTP/2, "Responses").

use std::fmt::Write;

use chaser_keys_service::Refusal;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue, Response};

/// gRPC-Web is another protocol, with its trailers in the body: tonic-web's layer, further out, shows us gRPC.
pub(crate) fn is_grpc(headers: &HeaderMap) -> bool {
    let content_type = headers.get(CONTENT_TYPE).map_or(&b""[..], HeaderValue::as_bytes);
    content_type
        .strip_prefix(b"application/grpc")
        .is_some_and(|rest| matches!(rest.first(), None | Some(b'+' | b';')))
}

/// "Trailers-Only": HTTP 200 with the gRPC status among the headers, and no body.
pub(crate) fn response(refusal: Refusal) -> Response<String> {
    let mut response = Response::new(String::new());
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/grpc"));
    headers.insert("grpc-status", HeaderValue::from_static(status(refusal)));
    // Percent-encoded text always makes a header value.
    if let Ok(message) = HeaderValue::from_str(&percent_encoded(&refusal.to_string())) {
        headers.insert("grpc-message", message);
    }
    response
}

const fn status(refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::SeveralCredentials => "3", // INVALID_ARGUMENT
        Refusal::FreshnessUnproven => "14", // UNAVAILABLE: clients retry it
        Refusal::NoVerifier => "13",        // INTERNAL
        _ => "16",                          // UNAUTHENTICATED
    }
}

/// As `grpc-message` is written: all but printable ASCII, and the percent sign itself, as %XX.
fn percent_encoded(text: &str) -> String {
    text.bytes().fold(String::with_capacity(text.len()), |mut encoded, byte| {
        if matches!(byte, b' '..=b'~') && byte != b'%' {
            encoded.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            _ = write!(encoded, "%{byte:02X}");
        }
        encoded
    })
}
