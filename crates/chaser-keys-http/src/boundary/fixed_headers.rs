//! The headers that every response has, whatever it answers.

use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderMap, HeaderName, HeaderValue, REFERRER_POLICY,
    STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS,
};

/// Two years: what the preload lists of browsers ask for.
const INSIST_ON_HTTPS: HeaderValue = HeaderValue::from_static("max-age=63072000; includeSubDomains");
/// For JSON, which loads nothing. A page brings a policy of its own.
const NO_CONTENT: HeaderValue = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");
const NOSNIFF: HeaderValue = HeaderValue::from_static("nosniff");
/// Not `no-referrer`: it would make the forms of the dashboard send `Origin: null`.
const SAME_ORIGIN: HeaderValue = HeaderValue::from_static("same-origin");
const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");

/// Name and value of the fixed headers.
#[derive(Debug)]
pub(crate) struct FixedHeaders {
    headers: Vec<(HeaderName, HeaderValue)>,
    pub(super) behind_tls: bool,
}

impl FixedHeaders {
    /// With or without the one that makes browsers insist on https.
    pub(crate) fn new(behind_tls: bool) -> Self {
        let mut headers = vec![
            (X_CONTENT_TYPE_OPTIONS, NOSNIFF),
            (REFERRER_POLICY, SAME_ORIGIN),
            (CONTENT_SECURITY_POLICY, NO_CONTENT),
        ];
        if behind_tls {
            headers.push((STRICT_TRANSPORT_SECURITY, INSIST_ON_HTTPS));
        }
        Self { headers, behind_tls }
    }

    /// As text.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.headers.iter().filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)))
    }

    /// Adds them where the handler has not set its own.
    pub(super) fn add_to(&self, headers: &mut HeaderMap) {
        for (name, value) in &self.headers {
            if !headers.contains_key(name) {
                headers.insert(name.clone(), value.clone());
            }
        }
    }
}

/// Whether a path is part of the API or asks about a key: its answers differ from caller to caller.
pub(super) fn is_for_one_caller(path: &str) -> bool {
    let is_below =
        |root| path.strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    ["/v1", "/authorize", "/verify"].into_iter().any(is_below)
}

/// For answers that no cache may keep.
pub(super) fn forbid_storing(headers: &mut HeaderMap) {
    headers.insert(CACHE_CONTROL, NO_STORE);
}
