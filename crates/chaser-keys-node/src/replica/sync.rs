//! The atomics of what readers and the writer share: the real ones, or shuttle's, which try out interleavings.

#[cfg(not(feature = "shuttle"))]
pub(super) use std::sync::atomic::{AtomicI64, AtomicU32, AtomicU64, AtomicUsize, Ordering};

#[cfg(feature = "shuttle")]
pub(super) use shuttle::sync::atomic::{AtomicI64, AtomicU32, AtomicU64, AtomicUsize, Ordering};
