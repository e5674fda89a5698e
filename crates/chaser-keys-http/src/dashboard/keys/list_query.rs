//! The query of the list, and links that change it.

use chaser_keys::{KeyMode, SecretKey};
use chaser_keys_storage::{KeyFilter, KeySort, StatusFilter};
use url::form_urlencoded::Serializer;

use crate::dashboard::query::Query;

const LONGEST_TEXT: usize = 100;
const PREFIX: usize = chaser_keys::DisplayPrefix::LENGTH;

/// The options of the filter form: value in the address, and label.
pub(super) const MODES: &[(&str, &str)] = &[("", "All"), ("live", "Live"), ("test", "Test")];
pub(super) const STATUSES: &[(&str, &str)] =
    &[("", "All"), ("active", "Active"), ("grace", "In grace"), ("revoked", "Revoked")];
pub(super) const SORTS: &[(&str, &str)] =
    &[("", "Needs attention first"), ("newest", "Newest first"), ("name", "Name"), ("used", "Last used")];

/// A query of the list. Unknown values count as absent.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct ListQuery {
    pub(super) text: String,
    pub(super) mode: &'static str,
    pub(super) status: &'static str,
    pub(super) sort: &'static str,
    page: u32,
}

impl ListQuery {
    pub(super) fn read(query: &Query) -> Self {
        Self {
            text: searched(query.text("q")),
            mode: known(MODES, query.text("mode")),
            status: known(STATUSES, query.text("status")),
            sort: known(SORTS, query.text("sort")),
            page: query.page(),
        }
    }

    pub(super) fn filter(&self) -> KeyFilter {
        KeyFilter {
            text: (!self.text.is_empty()).then(|| self.text.clone()),
            mode: self.mode.parse::<KeyMode>().ok(),
            status: match self.status {
                "active" => Some(StatusFilter::Active),
                "grace" => Some(StatusFilter::Grace),
                "revoked" => Some(StatusFilter::Revoked),
                _ => None,
            },
            sort: match self.sort {
                "newest" => KeySort::Newest,
                "name" => KeySort::Name,
                "used" => KeySort::LastUsed,
                _ => KeySort::Attention,
            },
            page: self.page,
        }
    }

    /// Whether a filter is set.
    pub(super) fn narrows(&self) -> bool {
        !(self.text.is_empty() && self.mode.is_empty() && self.status.is_empty())
    }

    pub(super) fn sorted_by(&self, sort: &'static str) -> String {
        Self { sort, page: 1, ..self.clone() }.address()
    }

    pub(super) fn on_page(&self, page: u32) -> String {
        Self { page, ..self.clone() }.address()
    }

    fn address(&self) -> String {
        let page = if self.page > 1 { self.page.to_string() } else { String::new() };
        let parameters = [
            ("q", self.text.as_str()),
            ("mode", self.mode),
            ("status", self.status),
            ("sort", self.sort),
            ("page", &page),
        ];
        let mut query = Serializer::new(String::new());
        for (name, value) in parameters.into_iter().filter(|(_, value)| !value.is_empty()) {
            query.append_pair(name, value);
        }
        let query = query.finish();
        if query.is_empty() { "/keys".to_owned() } else { format!("/keys?{query}") }
    }
}

fn known(choices: &[(&'static str, &str)], text: &str) -> &'static str {
    choices.iter().find(|(value, _)| *value == text).map_or("", |(value, _)| value)
}

/// The text to search for. A pasted key is cut to its display prefix: the rest is not stored and would match nothing.
fn searched(text: &str) -> String {
    let plain: String = text.chars().filter(|character| !character.is_control()).take(LONGEST_TEXT).collect();
    let plain = plain.trim();
    let is_key = [KeyMode::Live, KeyMode::Test].iter().any(|mode| plain.starts_with(mode.secret_prefix()));
    let longest = if is_key { PREFIX } else { SecretKey::LENGTH.max(LONGEST_TEXT) };
    plain.chars().take(longest).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(
        text: &str,
        mode: &'static str,
        status: &'static str,
        sort: &'static str,
        page: u32,
    ) -> ListQuery {
        ListQuery { text: text.to_owned(), mode, status, sort, page }
    }

    #[test]
    fn links_repeat_what_was_asked_and_go_back_to_the_first_page() {
        assert_eq!(query("", "", "", "", 1).address(), "/keys");
        let asked = query("a&b c", "live", "grace", "", 3);
        assert_eq!(asked.address(), "/keys?q=a%26b+c&mode=live&status=grace&page=3");
        assert_eq!(asked.sorted_by("name"), "/keys?q=a%26b+c&mode=live&status=grace&sort=name");
        assert_eq!(asked.on_page(1), "/keys?q=a%26b+c&mode=live&status=grace");
        assert!(asked.narrows() && !query("", "", "", "name", 2).narrows());
    }

    #[test]
    fn of_a_key_only_what_is_shown_of_it_is_looked_for() {
        assert_eq!(searched("  cha_live_qMRiH5q… "), "cha_live_qMRiH5q");
        assert_eq!(searched("cha_test_qMRiH5qMORE"), "cha_test_qMRiH5q");
        assert_eq!(searched("a\0b\n"), "ab");
        assert_eq!(searched(&"x".repeat(200)).len(), 100);
        assert_eq!(known(MODES, "live"), "live");
        assert_eq!(known(MODES, "<script>"), "");
    }
}
