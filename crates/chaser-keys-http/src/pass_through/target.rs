//! Only unambiguous paths are forwarded: the upstream must serve the path that was authenticated.
//!
//! A key was required because the path is below `/v1`. Servers differ in how they read `..`, an encoded slash, or two
//! slashes in a row; one of those readings may lead out of `/v1`, or to a route that the operator believes is closed. Such
//! a path is refused and not normalized, since normalizing it would be one more reading.

use actix_web::http::Uri;
use percent_encoding::percent_decode_str;

use crate::error::ApiError;

/// The path and query as the client wrote them.
pub(super) fn of(uri: &Uri) -> Result<&str, ApiError> {
    let written = uri.path_and_query().map_or("", |both| both.as_str());
    if is_unambiguous(uri.path()) { Ok(written) } else { Err(ApiError::AmbiguousPath) }
}

fn is_unambiguous(path: &str) -> bool {
    let Some(rest) = path.strip_prefix('/') else { return false };
    let mut segments = rest.split('/').peekable();
    while let Some(segment) = segments.next() {
        let is_last = segments.peek().is_none();
        // A slash at the end is a path of its own everywhere; between two others some drop it.
        if !is_plain(segment) || (segment.is_empty() && !is_last) {
            return false;
        }
    }
    true
}

/// Whether a segment, once decoded, is still one segment and does not name another directory.
fn is_plain(segment: &str) -> bool {
    if !has_only_whole_escapes(segment) {
        return false;
    }
    let decoded: Vec<u8> = percent_decode_str(segment).collect();
    let is_separator = |byte: &u8| matches!(byte, b'/' | b'\\') || byte.is_ascii_control();
    // Java's servlet containers cut a segment at `;`: `/v1/..;/admin`.
    let name = decoded.split(|byte| *byte == b';').next().unwrap_or_default();
    !decoded.iter().any(is_separator) && name != b"." && name != b".."
}

/// Servers differ in what they make of a `%` that does not begin an escape: some keep it, some drop it.
fn has_only_whole_escapes(segment: &str) -> bool {
    let mut after_percent = segment.as_bytes().split(|byte| *byte == b'%').skip(1);
    after_percent.all(|rest| rest.get(..2).is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_that_everybody_reads_alike_is_passed_on_as_it_is() {
        for path in [
            "/v1",
            "/v1/",
            "/v1/sessions",
            "/v1/sessions/",
            "/v1/a.b/..c/...",
            "/v1/a%20b/%C3%A9",
            "/v1/a;b=c",
            "/v1/files/@scope:x~y!$&'()*+,=",
            "/%76%31/sessions",
        ] {
            assert!(is_unambiguous(path), "{path}");
        }
        let uri: Uri = "/v1/a%20b?x=%2f..//&y=\\".parse().unwrap();
        assert_eq!(of(&uri).unwrap(), "/v1/a%20b?x=%2f..//&y=\\");
        let absolute: Uri = "http://elsewhere/v1/a?b".parse().unwrap();
        assert_eq!(of(&absolute).unwrap(), "/v1/a?b");
    }

    #[test]
    fn a_path_with_two_readings_is_refused() {
        for path in [
            "",
            "*",
            "v1/x",
            "/v1/..",
            "/v1/../admin",
            "/v1/./x",
            "/v1/.",
            "/v1/%2e%2e/x",
            "/v1/.%2E/x",
            "/v1/..;/admin",
            "/v1/..;x=y/admin",
            "/v1/..%3b/admin",
            "/v1//x",
            "//v1/x",
            "/v1/x//",
            "/v1/a%2fb",
            "/v1/a%2Fb",
            "/v1/..%2fadmin",
            "/v1/a%5cb",
            "/v1/a\\b",
            "/v1/..\\admin",
            "/v1/%00",
            "/v1/a%0d%0ab",
            "/v1/%7f",
            "/v1/%",
            "/v1/%2",
            "/v1/%zz",
        ] {
            assert!(!is_unambiguous(path), "{path}");
        }
    }
}
