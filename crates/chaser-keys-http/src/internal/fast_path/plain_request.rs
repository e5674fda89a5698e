//! Requests that leave nothing to interpret: anything that could be read in two ways is left to the framework.

use std::mem::MaybeUninit;
use std::ops::Range;

use httparse::{Header, Status};

use super::outcome::FastPathOutcome;
use crate::headers::is_json;

/// More headers than this are left to the framework.
const MOST_HEADERS: usize = 64;
/// A question about one key has some 70 bytes. A larger body, such as one with many keys, is left to the framework.
const LARGEST_BODY: usize = 1024;

/// A plain request: where it ends, and what counts of it.
#[derive(Debug)]
pub(super) struct PlainRequest<'a> {
    pub(super) length: usize,
    pub(super) request_id: Option<&'a [u8]>,
    pub(super) asks: Asks<'a>,
}

/// What a plain request asks.
#[derive(Debug)]
pub(super) enum Asks<'a> {
    /// `/authorize`, with the value of `Authorization`.
    Authorize(Option<&'a [u8]>),
    /// `POST /verify`, with the body.
    Verify(&'a [u8]),
}

/// The headers that count.
#[derive(Default)]
struct Headers<'a> {
    host: Option<&'a [u8]>,
    authorization: Option<&'a [u8]>,
    request_id: Option<&'a [u8]>,
    connection: Option<&'a [u8]>,
    content_length: Option<&'a [u8]>,
    content_type: Option<&'a [u8]>,
    has_encoded_content: bool,
}

impl<'a> PlainRequest<'a> {
    /// The first request of the input, or what the input begins with instead.
    pub(super) fn first_of(input: &'a [u8]) -> Result<Self, FastPathOutcome> {
        let mut headers = [const { MaybeUninit::uninit() }; MOST_HEADERS];
        let mut request = httparse::Request::new(&mut []);
        let head = match request.parse_with_uninit_headers(input, &mut headers) {
            Ok(Status::Complete(length)) => length,
            Ok(Status::Partial) => return Err(FastPathOutcome::IncompleteHead),
            Err(_) => return Err(FastPathOutcome::NotPlain),
        };
        let target = Target::of(&request).ok_or(FastPathOutcome::NotPlain)?;
        let headers = Headers::of(request.headers).ok_or(FastPathOutcome::NotPlain)?;
        let length = head + headers.body_length(target).ok_or(FastPathOutcome::NotPlain)?;
        let asks = match target {
            Target::Authorize => Asks::Authorize(headers.authorization),
            Target::Verify => {
                let body: Range<usize> = head..length;
                Asks::Verify(input.get(body).ok_or(FastPathOutcome::IncompleteBody)?)
            }
        };
        Ok(Self { length, request_id: headers.request_id, asks })
    }
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Target {
    Authorize,
    Verify,
}

impl Target {
    fn of(request: &httparse::Request<'_, '_>) -> Option<Self> {
        if request.version != Some(1) {
            return None;
        }
        match (request.method?, request.path?) {
            ("POST", "/verify") => Some(Self::Verify),
            (method, path) if is_plain_method(method) && asks_for_authorization(path) => {
                Some(Self::Authorize)
            }
            _ => None,
        }
    }
}

impl<'a> Headers<'a> {
    /// None if one of them is repeated, or says something that changes how the request or its body is read.
    fn of(headers: &[Header<'a>]) -> Option<Self> {
        let mut found = Self::default();
        for Header { name, value } in headers {
            let is = |other: &str| name.eq_ignore_ascii_case(other);
            match name.len() {
                4 if is("host") => once(&mut found.host, value)?,
                6 if is("expect") => return None,
                7 if is("upgrade") => return None,
                10 if is("connection") => once(&mut found.connection, value)?,
                12 if is("x-request-id") => once(&mut found.request_id, value)?,
                12 if is("content-type") => once(&mut found.content_type, value)?,
                13 if is("authorization") => once(&mut found.authorization, value)?,
                14 if is("content-length") => once(&mut found.content_length, value)?,
                16 if is("content-encoding") => found.has_encoded_content = true,
                17 if is("transfer-encoding") => return None,
                _ => {}
            }
        }
        found.host?;
        // The default of HTTP/1.1, which Python's requests and Node's fetch send nevertheless.
        let keeps_alive = found.connection.is_none_or(|value| value.eq_ignore_ascii_case(b"keep-alive"));
        keeps_alive.then_some(found)
    }

    /// None for a body that the target does not take from the fast path.
    fn body_length(&self, target: Target) -> Option<usize> {
        match (target, self.content_length) {
            (Target::Authorize, None | Some(b"0")) => Some(0),
            (Target::Authorize, Some(_)) => None,
            (Target::Verify, length) => {
                let is_plain_json = !self.has_encoded_content && self.content_type.is_some_and(is_json);
                decimal(length?).filter(|length| is_plain_json && (1..=LARGEST_BODY).contains(length))
            }
        }
    }
}

/// None if there is one already.
fn once<'a>(place: &mut Option<&'a [u8]>, value: &'a [u8]) -> Option<()> {
    place.replace(value).is_none().then_some(())
}

/// A number as everyone writes it: no sign, no leading zero.
fn decimal(digits: &[u8]) -> Option<usize> {
    let is_plain = !digits.starts_with(b"0") && digits.len() <= 4 && digits.iter().all(u8::is_ascii_digit);
    std::str::from_utf8(digits).ok().filter(|_| is_plain)?.parse().ok()
}

/// The framework refuses some of the other characters that `httparse` accepts. What follows the head of CONNECT is not a
/// request.
fn is_plain_method(method: &str) -> bool {
    method != "CONNECT" && method.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'-')
}

/// Envoy appends the original path to `/authorize`. A URL in which part of a key may stand is left to the framework, which
/// refuses keys in URLs.
fn asks_for_authorization(url: &str) -> bool {
    let Some(original) = url.strip_prefix("/authorize") else { return false };
    original.is_empty()
        || original.starts_with(['/', '?']) && original.bytes().all(is_plain) && !original.contains("cha_")
}

/// Whether a character needs no encoding in a path or a query (RFC 3986 §3.3 and §3.4). The framework refuses some of the
/// others.
fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@/?".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_hide_a_key_or_is_another_path_is_left_to_the_framework() {
        let table = [
            ("/authorize", true),
            ("/authorize/", true),
            ("/authorize?a=b", true),
            ("/authorize/v1/sessions?a=b", true),
            ("/authorized", false),
            ("/authorize/cha_live_qMRiH5q", false),
            ("/authorize/c%68a_live_qMRiH5q", false),
            ("/authorize/<", false),
            ("/authorize?a=\"b\"", false),
            ("/authorize/\u{e9}", false),
            ("/authorize?key=cha_test_", false),
            ("/Authorize", false),
            ("//authorize", false),
            ("http://host/authorize", false),
            ("/", false),
            ("*", false),
        ];
        for (url, expected) in table {
            assert_eq!(asks_for_authorization(url), expected, "{url}");
        }
    }

    #[test]
    fn a_length_is_plain_without_signs_spaces_and_leading_zeros() {
        let table = [("0", None), ("00", None), ("1", Some(1)), ("62", Some(62)), ("1024", Some(1024))];
        for (digits, expected) in table {
            assert_eq!(decimal(digits.as_bytes()), expected, "{digits}");
        }
        for other in ["", "+1", "-1", "01", "1 ", "1,1", "1e3", "10000", "\u{661}"] {
            assert_eq!(decimal(other.as_bytes()), None, "{other}");
        }
    }
}
