//! `X-Request-Id`: relates a response to its lines in the log.

use std::cell::Cell;
use std::fmt;

use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use base64ct::{Base64UrlUnpadded, Encoding};
use uuid::Uuid;

pub(crate) const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// Characters of a client's id that we take over.
const LONGEST: usize = 64;
/// Length of a generated id: 16 base64url characters (96 bits). Short, since every response carries it.
const LENGTH: usize = 16;

thread_local! {
    /// Random once per thread, then incremented: asking the operating system for each request costs more than answering
    /// it. Unique, but predictable from others: it is not a secret.
    static LAST: Cell<u128> = Cell::new(Uuid::new_v4().as_u128());
}

/// The `X-Request-Id` of a response: the client's own if it is harmless to log, otherwise one of ours.
#[derive(Clone, Debug)]
pub(crate) struct RequestId(HeaderValue);

impl RequestId {
    pub(crate) fn new() -> Self {
        // Letters, digits, `-` and `_` always make a header value.
        Self(HeaderValue::from_bytes(&Self::fresh()).unwrap_or_else(|_| HeaderValue::from_static("")))
    }

    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let own = headers.get(&X_REQUEST_ID).filter(|value| is_harmless(value.as_bytes()));
        own.map_or_else(Self::new, |value| Self(value.clone()))
    }

    /// The text of a new id.
    pub(crate) fn fresh() -> [u8; LENGTH] {
        let next = after(LAST.get());
        LAST.set(next);
        text_of(next)
    }

    /// The client's id, if it may be used.
    pub(crate) fn harmless(own: Option<&[u8]>) -> Option<&[u8]> {
        own.filter(|text| is_harmless(text))
    }

    pub(crate) fn to_value(&self) -> HeaderValue {
        self.0.clone()
    }
}

/// The next id: the last 48 bits incremented, the others unchanged.
fn after(last: u128) -> u128 {
    const COUNTED: u128 = (1 << 48) - 1;
    last & !COUNTED | last.wrapping_add(1) & COUNTED
}

/// The last 96 bits in base64url.
fn text_of(id: u128) -> [u8; LENGTH] {
    let mut text = [0; LENGTH];
    // 12 bytes always fit.
    let _ = Base64UrlUnpadded::encode(&id.to_be_bytes()[4..], &mut text);
    text
}

/// Letters, digits, `_`, `-` and `.`, and no key that was pasted by mistake.
fn is_harmless(text: &[u8]) -> bool {
    let allowed = |byte: &u8| byte.is_ascii_alphanumeric() || b"_-.".contains(byte);
    let occurs = |secret: &[u8]| text.windows(secret.len()).any(|part| part == secret);
    (1..=LONGEST).contains(&text.len())
        && text.iter().all(allowed)
        && !occurs(b"cha_live_")
        && !occurs(b"cha_test_")
}

impl fmt::Display for RequestId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.0.to_str().unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clients_id_is_kept_only_when_it_is_short_and_plain() {
        for kept in ["a", "Req-1_2.3", &"x".repeat(64)] {
            assert!(is_harmless(kept.as_bytes()), "{kept}");
        }
        for replaced in ["", "a b", "a\"b", "é", &"x".repeat(65), "cha_live_UDA2HG67cZ5GR8sQf66LUAhyQ8sMMTLD"]
        {
            assert!(!is_harmless(replaced.as_bytes()), "{replaced}");
        }
    }

    #[test]
    fn ids_differ_on_a_thread_and_between_threads() {
        let some = || (0..1_000).map(|_| RequestId::new().to_string()).collect::<Vec<_>>();
        let others = std::thread::spawn(some);
        let mut all = some();
        all.extend(others.join().unwrap());
        assert!(all.iter().all(|id| id.len() == LENGTH && is_harmless(id.as_bytes())));
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), 2_000);
    }

    #[test]
    fn counting_on_never_touches_the_random_part() {
        assert_eq!(after(0x1234_ffff_ffff_fffe), 0x1234_ffff_ffff_ffff);
        assert_eq!(after(0x1234_ffff_ffff_ffff), 0x1234_0000_0000_0000);
        assert_eq!(text_of(0x1234_0000_0000_0001), *b"AAAAABI0AAAAAAAB");
    }
}
