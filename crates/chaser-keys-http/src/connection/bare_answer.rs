//! The answers that actix-http gives by itself: found in what it writes, and given the envelope.
//!
//! They are 400 (anything that does not parse, Content-Length beside Transfer-Encoding, two Host headers …),
//! 408 (no head in time), 431 (too large a head) and 500, always without a body, and always the last
//! thing it writes to a connection.

use actix_web::ResponseError;
use actix_web::http::StatusCode;

use crate::boundary::{FixedHeaders, RequestId};
use crate::error::{ApiError, ErrorEnvelope};

/// No bare answer is longer: a status line, content-length, connection and date.
const LONGEST: usize = 256;

/// Where in `written` a bare answer begins, and its status.
///
/// Every response of the application has an `x-request-id`, and no body of ours ends in an empty line.
pub(super) fn find(written: &[u8]) -> Option<(usize, StatusCode)> {
    if !written.ends_with(b"\r\n\r\n") {
        return None;
    }
    let window = written.len().saturating_sub(LONGEST);
    let start = window + written[window..].windows(7).rposition(|bytes| bytes == b"HTTP/1.")?;
    let head = &written[start..];
    let status = StatusCode::from_bytes(head.get(9..12)?).ok()?;
    let is_ours = head.windows(14).any(|bytes| bytes == b"\r\nx-request-id");
    (!is_ours && status.as_u16() >= 400).then_some((start, status))
}

/// The same answer in the form that all others have.
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
        _ => ApiError::Internal { cause: "the HTTP dispatcher gave up".to_owned() },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BARE: &[u8] =
        b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\nconnection: close\r\ndate: x\r\n\r\n";

    #[test]
    fn a_bare_answer_is_found_alone_and_behind_a_response_of_ours() {
        assert_eq!(find(BARE), Some((0, StatusCode::BAD_REQUEST)));
        let ours = b"HTTP/1.1 204 No Content\r\nx-request-id: a\r\n\r\n";
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
