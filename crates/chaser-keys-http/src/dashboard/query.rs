//! What stands after the `?` of an address. Whatever it says, it only chooses what is shown.

use actix_web::HttpRequest;
use url::form_urlencoded;

/// The first value of each name counts; unknown names are ignored, since links are passed around.
pub(super) struct Query(Vec<(String, String)>);

impl Query {
    pub(super) fn of(request: &HttpRequest) -> Self {
        Self(form_urlencoded::parse(request.query_string().as_bytes()).into_owned().collect())
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(given, _)| given == name).map(|(_, value)| value.as_str())
    }

    /// The text, or nothing.
    pub(super) fn text(&self, name: &str) -> &str {
        self.get(name).unwrap_or_default()
    }

    /// The number of a page, from 1.
    pub(super) fn page(&self) -> u32 {
        self.get("page").and_then(|text| text.parse().ok()).unwrap_or(1).max(1)
    }
}
