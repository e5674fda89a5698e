//! Keys do not belong in URLs: they stay in logs, histories and referrers.

use std::borrow::Cow;

use actix_web::http::Uri;
use chaser_keys::{KeyMode, SecretKey};

use crate::error::ApiError;

/// Refuses a URL with a key in it, also a percent-encoded one.
pub(super) fn check(uri: &Uri) -> Result<(), ApiError> {
    let url = uri.path_and_query().map_or("", |both| both.as_str());
    if SecretKey::occurs_in(url) || SecretKey::occurs_in(&decoded(url)) {
        Err(ApiError::KeyInUrl)
    } else {
        Ok(())
    }
}

/// The path for the log. Even the beginning of a key hides all of it: a mistyped key is a secret, too.
pub(super) fn redacted(path: &str) -> Cow<'_, str> {
    let text = decoded(path);
    let has_prefix = |mode: KeyMode| text.contains(mode.secret_prefix());
    if has_prefix(KeyMode::Live) || has_prefix(KeyMode::Test) {
        Cow::Borrowed("(not logged: a key stands in it)")
    } else {
        Cow::Borrowed(path)
    }
}

/// Percent-decoded once; what does not decode stays as it is.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        let escaped = (*first == b'%').then(|| hex_pair(after)).flatten();
        bytes.push(escaped.unwrap_or(*first));
        rest = if escaped.is_some() { &after[2..] } else { after };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn hex_pair(bytes: &[u8]) -> Option<u8> {
    let pair = std::str::from_utf8(bytes.get(..2)?).ok()?;
    pair.bytes().all(|byte| byte.is_ascii_hexdigit()).then(|| u8::from_str_radix(pair, 16).ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "cha_live_UDA2HG67cZ5GR8sQf66LUAhyQ8sMMTLDrqtaJ_r9UoQ";

    #[test]
    fn a_key_is_found_wherever_it_stands() {
        let escaped = KEY.replace('_', "%5F").replace('U', "%55");
        for url in [
            format!("/v1/usage?key={KEY}"),
            format!("/v1/{KEY}"),
            format!("/v1/{KEY}/x?y=1"),
            format!("/?a=b&k={escaped}"),
            format!("/cha_live_short{KEY}"),
        ] {
            assert!(check(&url.parse().unwrap()).is_err(), "{url}");
            assert!(!redacted(&url).contains("UDA2HG67"), "{url}");
        }
    }

    #[test]
    fn what_is_no_key_passes() {
        for url in ["/v1/keys", "/v1/usage?prefix=cha_live_qMRiH5q", "/cha_live_", "/%", "/%zz", "/%5"] {
            assert!(check(&url.parse().unwrap()).is_ok(), "{url}");
        }
        assert_eq!(redacted("/v1/keys"), "/v1/keys");
    }
}
