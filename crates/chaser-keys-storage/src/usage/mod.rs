//! Counting requests: in memory as they come, in the database in batches.

pub(crate) mod flush;
pub(crate) mod recorder;
pub(crate) mod report;
