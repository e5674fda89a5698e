//! The fast path: good keys answered from a connection's bytes, without the web framework.
//!
//! Why it exists and what it saves: `docs/decisions/2026-11-27-authorize-fast-path.md`. A request that it does not answer
//! reaches the framework unchanged, so every refusal is written there (`internal/authorize.rs`, `internal/verify.rs`), and
//! `tests/api/same_answers.rs` compares the two ways.
//!
//! [`fast_path_stream`] reads a connection, [`plain_request`] parses what it reads, [`responder`] answers.

mod batch;
mod fast_path_stream;
mod http_date;
mod outcome;
mod plain_request;
mod presented_in_json;
mod responder;

pub(crate) use fast_path_stream::FastPathStream;
pub(crate) use responder::Responder;
