//! Refuses keys in URLs, which logs, histories and referrers keep.

use std::borrow::Cow;

use actix_web::http::Uri;
use chaser_keys::{KeyMode, SecretKey};
use percent_encoding::percent_decode_str;

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

/// The path for the log, or a notice if so much as the prefix of a key occurs: a mistyped key is a secret too.
pub(super) fn redacted(path: &str) -> Cow<'_, str> {
    let text = decoded(path);
    let has_prefix = |mode: KeyMode| text.contains(mode.secret_prefix());
    if has_prefix(KeyMode::Live) || has_prefix(KeyMode::Test) {
        Cow::Borrowed("(not logged: it contains a key)")
    } else {
        Cow::Borrowed(path)
    }
}

/// Decoded once; what is not an escape stays as it is.
fn decoded(text: &str) -> Cow<'_, str> {
    percent_decode_str(text).decode_utf8_lossy()
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
