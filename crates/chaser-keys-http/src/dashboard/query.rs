//! The query of an address. It only selects what is shown.

use actix_web::HttpRequest;
use url::form_urlencoded;

/// The first value of each name counts. Unknown names are ignored: links are shared, and may be older or newer than this
/// version.
pub(super) struct Query(Vec<(String, String)>);

impl Query {
    pub(super) fn of(request: &HttpRequest) -> Self {
        Self(form_urlencoded::parse(request.query_string().as_bytes()).into_owned().collect())
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(given, _)| given == name).map(|(_, value)| value.as_str())
    }

    /// The value; empty if absent.
    pub(super) fn text(&self, name: &str) -> &str {
        self.get(name).unwrap_or_default()
    }

    /// The page number, from 1.
    pub(super) fn page(&self) -> u32 {
        self.get("page").and_then(|text| text.parse().ok()).unwrap_or(1).max(1)
    }
}
