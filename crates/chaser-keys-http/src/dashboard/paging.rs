//! Links to the previous and the next page of a list.

use chaser_keys_storage::KeyOverviewPage;

use super::wording::count::grouped;

/// Rows on a page, for every list.
pub(super) const PAGE_SIZE: u32 = KeyOverviewPage::SIZE;

/// The position among several pages.
#[derive(Debug, Eq, PartialEq)]
pub(super) struct Pages {
    pub(super) range: String,
    pub(super) previous: Option<String>,
    pub(super) next: Option<String>,
}

impl Pages {
    /// `None` if everything fits on one page.
    pub(super) fn new(page: u32, pages: u32, rows: u64, link: impl Fn(u32) -> String) -> Option<Self> {
        let first = u64::from(page - 1) * u64::from(PAGE_SIZE) + 1;
        let last = (u64::from(page) * u64::from(PAGE_SIZE)).min(rows);
        (pages > 1).then(|| Self {
            range: format!("{}–{} of {}", grouped(first), grouped(last), grouped(rows)),
            previous: (page > 1).then(|| link(page - 1)),
            next: (page < pages).then(|| link(page + 1)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_tell_where_one_is_and_where_one_can_go() {
        let link = |page| format!("?page={page}");
        assert_eq!(Pages::new(1, 1, 50, link), None);
        let first = Pages::new(1, 3, 120, link).unwrap();
        assert_eq!(
            (first.range.as_str(), first.previous, first.next.as_deref()),
            ("1–50 of 120", None, Some("?page=2"))
        );
        let last = Pages::new(3, 3, 120, link).unwrap();
        assert_eq!(
            (last.range.as_str(), last.previous.as_deref(), last.next),
            ("101–120 of 120", Some("?page=2"), None)
        );
    }
}
