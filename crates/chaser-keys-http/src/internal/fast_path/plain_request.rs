//! Requests for authorization that are as plain as can be: whatever could be read in two ways is left to the framework.

use std::mem::MaybeUninit;

use httparse::{Header, Status};

use super::responder::Outcome;

/// Requests with more are left to the framework.
const MOST_HEADERS: usize = 64;

/// What counts of such a request.
pub(super) struct PlainRequest<'a> {
    pub(super) credentials: Option<&'a [u8]>,
    pub(super) request_id: Option<&'a [u8]>,
}

impl<'a> PlainRequest<'a> {
    /// One and its length, or what else the input begins with.
    pub(super) fn at_the_beginning_of(input: &'a [u8]) -> Result<(usize, Self), Outcome> {
        let mut headers = [const { MaybeUninit::uninit() }; MOST_HEADERS];
        let mut request = httparse::Request::new(&mut []);
        match request.parse_with_uninit_headers(input, &mut headers) {
            Ok(Status::Complete(length)) => {
                Ok((length, Self::plainly_in(&request).ok_or(Outcome::NotPlain)?))
            }
            Ok(Status::Partial) => Err(Outcome::Incomplete),
            Err(_) => Err(Outcome::NotPlain),
        }
    }

    /// None unless it asks for authorization and is as plain as can be: HTTP/1.1, no body, no word about the
    /// connection, one of each header that counts. Whatever could be read in two ways is left to the framework.
    fn plainly_in(request: &httparse::Request<'_, 'a>) -> Option<Self> {
        if request.version != Some(1)
            || !is_plain_method(request.method?)
            || !asks_for_authorization(request.path?)
        {
            return None;
        }
        let (mut host, mut no_body) = (None, None);
        let mut plain = Self { credentials: None, request_id: None };
        for Header { name, value } in request.headers.iter() {
            let is = |other: &str| name.eq_ignore_ascii_case(other);
            match name.len() {
                4 if is("host") => once(&mut host, value)?,
                13 if is("authorization") => once(&mut plain.credentials, value)?,
                12 if is("x-request-id") => once(&mut plain.request_id, value)?,
                14 if is("content-length") && *value == b"0" => once(&mut no_body, value)?,
                6 if is("expect") => return None,
                7 if is("upgrade") => return None,
                10 if is("connection") => return None,
                14 if is("content-length") => return None,
                17 if is("transfer-encoding") => return None,
                _ => {}
            }
        }
        host.map(|_| plain)
    }
}

/// None if there is one already.
fn once<'a>(place: &mut Option<&'a [u8]>, value: &'a [u8]) -> Option<()> {
    place.replace(value).is_none().then_some(())
}

/// The framework refuses some of the other characters that `httparse` lets pass. What follows the head of CONNECT is no
/// request.
fn is_plain_method(method: &str) -> bool {
    method != "CONNECT" && method.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'-')
}

/// Below `/authorize` stands what Envoy was asked for. Where so much as a trace of a key may be in it, the long way
/// looks closer.
fn asks_for_authorization(url: &str) -> bool {
    let Some(original) = url.strip_prefix("/authorize") else { return false };
    original.is_empty()
        || original.starts_with(['/', '?']) && original.bytes().all(is_plain) && !original.contains("cha_")
}

/// Whether a character of a URL stands for itself, and in the path as in the query (RFC 3986 §3.3 and §3.4): of the
/// others, the framework refuses some.
fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@/?".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_hide_a_key_or_is_another_path_goes_the_long_way() {
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
}
