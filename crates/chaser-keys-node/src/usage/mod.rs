//! Counting usage in memory, and writing it to the database in batches.

mod batch;
mod flush;
mod traffic;
mod traffic_meter;

pub(crate) use flush::UsageRecorder;
pub use traffic::Traffic;
pub use traffic_meter::TrafficMeter;
