//! One page of a workspace's keys.

use time::OffsetDateTime;

use super::KeyOverview;

/// One page of a workspace's keys. All of it is read in one snapshot of the database.
#[derive(Clone, Debug)]
pub struct KeyOverviewPage {
    /// The keys of this page.
    pub keys: Vec<KeyOverview>,
    /// Number of keys that match the filter, on all pages.
    pub matching: u64,
    /// Number of keys of the workspace.
    pub total: u64,
    /// Number of keys of the workspace that are in grace, or active with a secret that was not confirmed.
    pub need_attention: u64,
    /// The number of this page, from 1; that of the last page if a later one was asked for.
    pub page: u32,
    /// Number of pages, at least 1.
    pub pages: u32,
    /// The time at which the page was read, by PostgreSQL's clock.
    pub now: OffsetDateTime,
    /// False if usage cannot be read: every `activity` is `None` then.
    pub usage_is_available: bool,
}

impl KeyOverviewPage {
    /// Keys on a page.
    pub const SIZE: u32 = 50;

    /// The number of pages for this number of keys.
    pub(super) fn count_for(matching: u64) -> u32 {
        u32::try_from(matching.div_ceil(u64::from(Self::SIZE))).unwrap_or(u32::MAX).max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_always_a_page() {
        for (matching, pages) in [(0, 1), (1, 1), (50, 1), (51, 2), (5_000, 100)] {
            assert_eq!(KeyOverviewPage::count_for(matching), pages, "{matching}");
        }
    }
}
