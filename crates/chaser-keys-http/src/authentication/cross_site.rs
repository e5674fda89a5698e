//! Protection against cross-site request forgery, by the headers in which browsers name a request's origin.
//!
//! The order is that of Go 1.25's `CrossOriginProtection`. No token is needed: every browser in use sends `Sec-Fetch-Site`
//! or at least `Origin`; a client that sends neither is not a browser and has no visitor's cookies.

use actix_web::http::Method;
use actix_web::http::header::{HOST, HeaderMap, HeaderName, ORIGIN};

use crate::error::ApiError;

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Refuses a request that may change something and was made by another site.
pub(super) fn check(method: &Method, headers: &HeaderMap) -> Result<(), ApiError> {
    if method.is_safe() || comes_from_here(headers) { Ok(()) } else { Err(ApiError::CrossSite) }
}

fn comes_from_here(headers: &HeaderMap) -> bool {
    let mut sites = headers.get_all(SEC_FETCH_SITE);
    match (sites.next(), sites.next()) {
        (Some(site), None) => site == "same-origin" || site == "none",
        (Some(_), Some(_)) => false,
        (None, _) => origin_is_host(headers),
    }
}

/// `Origin: null`, which a sandboxed frame sends, has no host.
fn origin_is_host(headers: &HeaderMap) -> bool {
    let mut origins = headers.get_all(ORIGIN);
    match (origins.next(), origins.next()) {
        (None, _) => true,
        (Some(origin), None) => {
            let host_of_origin = origin.to_str().ok().and_then(|origin| origin.split_once("://"));
            let host = headers.get(HOST).and_then(|host| host.to_str().ok());
            matches!((host_of_origin, host), (Some((_, origin)), Some(host)) if origin.eq_ignore_ascii_case(host))
        }
        (Some(_), Some(_)) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_allowed(method: &Method, headers: &[(&'static str, &str)]) -> bool {
        let mut map = HeaderMap::new();
        map.insert(HOST, "keys.example:8080".parse().unwrap());
        for (name, value) in headers {
            map.append(HeaderName::from_static(name), value.parse().unwrap());
        }
        check(method, &map).is_ok()
    }

    #[test]
    fn requests_that_may_change_something_must_come_from_here() {
        let table: &[(&[(&str, &str)], bool)] = &[
            (&[], true),
            (&[("sec-fetch-site", "same-origin")], true),
            (&[("sec-fetch-site", "none")], true),
            (&[("sec-fetch-site", "same-site")], false),
            (&[("sec-fetch-site", "cross-site")], false),
            (&[("sec-fetch-site", "")], false),
            (&[("sec-fetch-site", "same-origin"), ("sec-fetch-site", "cross-site")], false),
            (&[("sec-fetch-site", "same-origin"), ("origin", "https://evil.example")], true),
            (&[("sec-fetch-site", "cross-site"), ("origin", "http://keys.example:8080")], false),
            (&[("origin", "http://keys.example:8080")], true),
            (&[("origin", "https://keys.example:8080")], true),
            (&[("origin", "http://keys.example")], false),
            (&[("origin", "http://evil.example")], false),
            (&[("origin", "null")], false),
            (&[("origin", "")], false),
            (&[("origin", "http://keys.example:8080"), ("origin", "http://keys.example:8080")], false),
        ];
        for (headers, expected) in table {
            assert_eq!(is_allowed(&Method::POST, headers), *expected, "{headers:?}");
            assert!(is_allowed(&Method::GET, headers), "{headers:?}");
        }
    }
}
