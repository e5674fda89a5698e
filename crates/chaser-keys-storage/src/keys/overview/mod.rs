//! The dashboard's view of a workspace's keys: a page at a time, with the use of each key.

mod activity;
mod filter;
mod key_activity;
mod key_overview;
mod key_overview_page;
mod page;
mod successor;
mod successors;

pub use filter::{KeyFilter, KeySort, StatusFilter};
pub use key_activity::KeyActivity;
pub use key_overview::KeyOverview;
pub use key_overview_page::KeyOverviewPage;
pub use successor::Successor;
