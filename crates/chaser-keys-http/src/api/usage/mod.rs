//! What a workspace's keys were used for.

pub(crate) mod get_usage;
mod usage_json;
