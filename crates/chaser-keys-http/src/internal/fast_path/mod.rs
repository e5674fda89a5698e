//! The fast path: good keys answered from a connection's bytes, without the web framework.
//!
//! Why it exists and what it saves: `docs/decisions/2026-11-27-authorize-fast-path.md`. A request that this folder does
//! not answer reaches the framework unchanged, so every refusal is written there. `tests/api/same_answers.rs` compares
//! the two.

mod fast_path_stream;
mod http_date;
mod hyphenated;
mod plain_request;
mod responder;

pub(crate) use fast_path_stream::FastPathStream;
pub(crate) use responder::Responder;
