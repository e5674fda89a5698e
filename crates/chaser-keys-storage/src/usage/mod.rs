//! Usage in the database: the report of a workspace's month, and taking in what services counted.

pub(crate) mod ingest_usage;
pub(crate) mod metrics;
pub(crate) mod monthly_usage;
