//! `Cross-Origin-Opener-Policy` on pages: separates them from windows of other sites.
//!
//! Browsers honour it on https and on the viewer's own machine. On plain http elsewhere Chromium ignores it and logs a
//! complaint, so it is not sent there.

use actix_web::http::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use url::Url;

use crate::options::is_loopback_url;

const OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");
const SAME_ORIGIN: HeaderValue = HeaderValue::from_static("same-origin");

/// Adds the header to a page. `host` is what the browser called the server.
pub(super) fn add_to(headers: &mut HeaderMap, behind_tls: bool, host: Option<&HeaderValue>) {
    if is_page(headers) && (behind_tls || host.is_some_and(is_viewers_machine)) {
        headers.insert(OPENER_POLICY, SAME_ORIGIN);
    }
}

fn is_page(headers: &HeaderMap) -> bool {
    headers.get(CONTENT_TYPE).is_some_and(|value| value.as_bytes().starts_with(b"text/html"))
}

fn is_viewers_machine(host: &HeaderValue) -> bool {
    let url = host.to_str().ok().and_then(|host| Url::parse(&format!("http://{host}")).ok());
    url.is_some_and(|url| is_loopback_url(&url))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_sent(content_type: &'static str, behind_tls: bool, host: Option<&'static str>) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        add_to(&mut headers, behind_tls, host.map(HeaderValue::from_static).as_ref());
        headers.contains_key(OPENER_POLICY)
    }

    #[test]
    fn pages_have_it_where_browsers_honour_it() {
        let page = "text/html; charset=utf-8";
        let table = [
            (page, true, Some("keys.example.com"), true),
            (page, true, None, true),
            (page, false, Some("localhost:8080"), true),
            (page, false, Some("127.0.0.1:8080"), true),
            (page, false, Some("[::1]:8080"), true),
            (page, false, Some("keys.lan:8080"), false),
            (page, false, Some("10.0.0.7"), false),
            (page, false, Some("127.0.0.1.evil.example"), false),
            (page, false, Some(""), false),
            (page, false, None, false),
            ("application/json", true, Some("localhost"), false),
        ];
        for (content_type, behind_tls, host, sent) in table {
            assert_eq!(is_sent(content_type, behind_tls, host), sent, "{content_type} {behind_tls} {host:?}");
        }
    }
}
