//! Errors of the HTTP API: what a caller reads and what the log reads.

mod api_error;
mod envelope;
mod hashing;
mod response;
mod spec;
mod storage;

pub(crate) use api_error::{ApiError, seconds};
pub(crate) use envelope::ErrorEnvelope;
pub(crate) use spec::CODES;
