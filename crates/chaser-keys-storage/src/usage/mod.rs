//! Counting use: in memory as it comes, in the database in batches; and taking in what services counted.

pub(crate) mod flush;
pub(crate) mod metrics;
pub(crate) mod recorder;
pub(crate) mod report;
pub(crate) mod report_usage;
pub(crate) mod traffic;
pub(crate) mod traffic_meter;
