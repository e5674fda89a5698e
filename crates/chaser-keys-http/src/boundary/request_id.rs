//! What ties a response to its lines in the log.

use std::fmt;

use actix_web::http::header::HeaderMap;
use uuid::Uuid;

const LONGEST: usize = 64;

/// The `X-Request-Id` of a response: the client's own if it is harmless to log, otherwise a fresh UUID.
#[derive(Clone, Debug)]
pub(crate) struct RequestId(String);

impl RequestId {
    pub(crate) fn new() -> Self {
        Self(Uuid::new_v4().to_string())
    }

    pub(super) fn of(headers: &HeaderMap) -> Self {
        headers
            .get("x-request-id")
            .and_then(|value| value.to_str().ok())
            .filter(|text| is_harmless(text))
            .map_or_else(Self::new, |text| Self(text.to_owned()))
    }
}

/// Letters, digits, `_`, `-` and `.`, and no place for a secret pasted by mistake.
fn is_harmless(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte);
    (1..=LONGEST).contains(&text.len())
        && text.bytes().all(allowed)
        && !text.contains("cha_live_")
        && !text.contains("cha_test_")
}

impl fmt::Display for RequestId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clients_id_is_kept_only_when_it_is_short_and_plain() {
        for kept in ["a", "Req-1_2.3", &"x".repeat(64)] {
            assert!(is_harmless(kept), "{kept}");
        }
        for replaced in ["", "a b", "a\"b", "é", &"x".repeat(65), "cha_live_UDA2HG67cZ5GR8sQf66LUAhyQ8sMMTLD"]
        {
            assert!(!is_harmless(replaced), "{replaced}");
        }
    }
}
