//! The bare errors that actix-http's dispatcher writes itself: how to find one, and the response to send instead.
//!
//! They are 400 (anything that does not parse, Content-Length beside Transfer-Encoding, two Host headers …), 408 (no head
//! in time), 431 (too large a head) and 500. They never have a body and are the last thing on a connection.

use actix_web::ResponseError;
use actix_web::http::StatusCode;

use crate::error::{ApiError, ErrorEnvelope};
use crate::headers::{FixedHeaders, RequestId};

/// No bare error is longer: a status line, content-length, connection and date.
const LONGEST: usize = 256;
/// The only headers that one has.
const HEADERS: [&[u8]; 4] =
    [b"content-length: 0", b"connection: close", b"transfer-encoding: chunked", b"date: "];

/// A date as the dispatcher writes it, and the end of a head.
const DATE: &[u8] = b"date: Thu, 01 Jan 1970 00:00:00 GMT\r\n\r\n";

/// Where in `written` a bare error begins, and its status.
///
/// A user's text may be part of a header (`location`) or a body, so the whole shape must fit: the error is at the
/// beginning or follows a complete response, and has no header that the dispatcher does not set.
pub(super) fn find(written: &[u8]) -> Option<(usize, StatusCode)> {
    if !ends_like_one(written) {
        return None;
    }
    let head = written.strip_suffix(b"\r\n\r\n")?;
    let window = head.len().saturating_sub(LONGEST);
    let start = window + head[window..].windows(7).rposition(|bytes| bytes == b"HTTP/1.")?;
    let mut lines = lines(&head[start..]);
    let status = status_of(lines.next()?)?;
    let only_its_headers = lines.all(|line| HEADERS.iter().any(|header| line.starts_with(header)));
    (only_its_headers && begins_a_message(written, start)).then_some((start, status))
}

/// A quick check, since every response is examined. The dispatcher writes its own headers, then the application's, then
/// the date: right before the date, a bare error has one of the dispatcher's headers and the application's response one of its own.
fn ends_like_one(written: &[u8]) -> bool {
    let Some((before, date)) = written.split_last_chunk::<{ DATE.len() }>() else { return false };
    let its_own =
        [&b"content-length: 0\r\n"[..], b"connection: close\r\n", b"transfer-encoding: chunked\r\n"];
    date.starts_with(b"date: ") && its_own.iter().any(|line| before.ends_with(line))
}

fn lines(head: &[u8]) -> impl Iterator<Item = &[u8]> {
    head.split(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line))
}

/// `HTTP/1.1 400 Bad Request`: a client's or a server's error.
fn status_of(line: &[u8]) -> Option<StatusCode> {
    let (version, rest) = line.split_at_checked(9)?;
    let (digits, reason) = rest.split_at_checked(3)?;
    let status = StatusCode::from_bytes(digits).ok()?;
    let is_status_line = matches!(version, b"HTTP/1.1 " | b"HTTP/1.0 ") && reason.first() == Some(&b' ');
    (is_status_line && status.as_u16() >= 400).then_some(status)
}

/// Whether `start` is not inside a head: its line is the very first, or in a body (which has no CRLF).
fn begins_a_message(written: &[u8], start: usize) -> bool {
    let before = &written[..start];
    match before.windows(2).rposition(|bytes| bytes == b"\r\n") {
        None => start == 0,
        Some(line_break) => before[..line_break].ends_with(b"\r\n"),
    }
}

/// The response with the envelope that replaces a bare error.
pub(super) fn with_envelope(status: StatusCode, id: &RequestId, fixed: &FixedHeaders) -> Vec<u8> {
    let error = refusal(status);
    let body = serde_json::to_string(&ErrorEnvelope::from(&error)).unwrap_or_default();
    let lines: Vec<_> = fixed.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    format!(
        "HTTP/1.1 {status}\r\ncontent-length: {length}\r\ncontent-type: application/json\r\n\
         connection: close\r\ncache-control: no-store\r\nx-request-id: {id}\r\n{headers}\r\n{body}",
        headers = lines.concat(),
        status = error.status_code(),
        length = body.len(),
    )
    .into_bytes()
}

fn refusal(status: StatusCode) -> ApiError {
    match status {
        StatusCode::REQUEST_TIMEOUT => ApiError::RequestTimeout,
        StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE => ApiError::HeadersTooLarge,
        status if status.is_client_error() => ApiError::MalformedRequest,
        _ => ApiError::internal("the HTTP dispatcher gave up"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BARE: &[u8] = b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\nconnection: close\r\n\
        date: Wed, 25 Nov 2026 19:00:00 GMT\r\n\r\n";

    #[test]
    fn a_bare_error_is_found_alone_and_behind_a_response_of_ours() {
        assert_eq!(find(BARE), Some((0, StatusCode::BAD_REQUEST)));
        let ours = b"HTTP/1.1 204 No Content\r\nx-request-id: a\r\n\r\n";
        assert_eq!(find(&[ours, BARE].concat()), Some((ours.len(), StatusCode::BAD_REQUEST)));
    }

    #[test]
    fn a_users_text_in_a_header_of_ours_is_no_bare_error() {
        let location = "location: /HTTP/1.1 400 Bad Request\r\n";
        let date = "date: Wed, 25 Nov 2026 19:00:00 GMT\r\n";
        let others = ["x-request-id: a\r\n", "content-length: 0\r\n", date];
        for position in 0..=others.len() {
            let mut headers = others.to_vec();
            headers.insert(position, location);
            let response = format!("HTTP/1.1 303 See Other\r\n{}\r\n", headers.concat());
            assert_eq!(find(response.as_bytes()), None, "{response}");
            let second = format!("HTTP/1.1 200 OK\r\nx-request-id: a\r\n\r\n{{}}{response}");
            assert_eq!(find(second.as_bytes()), None, "{second}");
        }
    }

    #[test]
    fn a_bare_error_is_found_behind_a_body() {
        let ours = b"HTTP/1.1 200 OK\r\nx-request-id: a\r\ncontent-length: 2\r\n\r\n{}";
        assert_eq!(find(&[ours, BARE].concat()), Some((ours.len(), StatusCode::BAD_REQUEST)));
    }

    #[test]
    fn what_the_application_wrote_is_left_alone() {
        assert_eq!(find(b"HTTP/1.1 204 No Content\r\nx-request-id: a\r\n\r\n"), None);
        assert_eq!(find(b"HTTP/1.1 100 Continue\r\n\r\n"), None);
        assert_eq!(find(b"HTTP/1.1 200 OK\r\n\r\n{}"), None);
        assert_eq!(find(b"\r\n\r\n"), None);
    }
}
