//! The public JSON API below `/v1`, and its description. One call per file, named like its operation in OpenAPI.

pub(crate) mod keys;
pub(crate) mod openapi;
pub(crate) mod session;
mod timestamp;
pub(crate) mod usage;

pub(crate) use timestamp::Timestamp;
