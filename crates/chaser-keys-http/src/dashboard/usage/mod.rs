//! The usage page.

mod chart;
mod show_usage;
mod usage_page;

pub(crate) use show_usage::show_usage;
