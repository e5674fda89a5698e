//! How much a workspace used its keys.

pub(crate) mod get_usage;
mod usage_json;
