//! The security headers that every response has.

use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderMap, HeaderName, HeaderValue, REFERRER_POLICY,
    STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS,
};

/// Two years, which the preload lists of browsers ask for.
const INSIST_ON_HTTPS: HeaderValue = HeaderValue::from_static("max-age=63072000; includeSubDomains");
/// For JSON, which loads nothing. Pages set a policy of their own.
const LOADS_NOTHING: HeaderValue = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");
const NOSNIFF: HeaderValue = HeaderValue::from_static("nosniff");
/// Not `no-referrer`: it would make the forms of the dashboard send `Origin: null`.
const SAME_ORIGIN: HeaderValue = HeaderValue::from_static("same-origin");
/// For responses that no cache may keep.
pub(crate) const NO_STORE: (HeaderName, HeaderValue) = (CACHE_CONTROL, HeaderValue::from_static("no-store"));

/// The fixed headers of one listener.
#[derive(Debug)]
pub(crate) struct FixedHeaders {
    headers: Vec<(HeaderName, HeaderValue)>,
    behind_tls: bool,
}

impl FixedHeaders {
    /// Behind TLS, there is one that makes browsers insist on https.
    pub(crate) fn new(behind_tls: bool) -> Self {
        let mut headers = vec![
            (X_CONTENT_TYPE_OPTIONS, NOSNIFF),
            (REFERRER_POLICY, SAME_ORIGIN),
            (CONTENT_SECURITY_POLICY, LOADS_NOTHING),
        ];
        if behind_tls {
            headers.push((STRICT_TRANSPORT_SECURITY, INSIST_ON_HTTPS));
        }
        Self { headers, behind_tls }
    }

    /// Whether browsers reach the server through https.
    pub(crate) fn behind_tls(&self) -> bool {
        self.behind_tls
    }

    /// As text.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.headers.iter().filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)))
    }

    /// Adds each header that the handler has not set itself.
    pub(crate) fn add_to(&self, headers: &mut HeaderMap) {
        for (name, value) in &self.headers {
            if !headers.contains_key(name) {
                headers.insert(name.clone(), value.clone());
            }
        }
    }
}
