//! Usage in the database: a workspace's current month, and batches that services submit.

pub(crate) mod ingest_usage;
pub(crate) mod monthly_usage;
