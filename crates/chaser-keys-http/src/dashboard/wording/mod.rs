//! How numbers, times and sentences are written.

pub(super) mod count;
mod relative;
pub(super) mod sentence;
pub(super) mod shown_time;
