//! A connection that does what actix-http's dispatcher leaves undone.
//!
//! The dispatcher answers malformed requests by itself, with an empty body and no way to hook in, and its
//! head timeout covers only the first request of a connection. Both can be mended from below, because it
//! reads and writes through any `AsyncRead + AsyncWrite`: [`GuardedStream`] is what it gets instead of a
//! `TcpStream`.

mod bare_answer;
mod express_lane;
mod foreign_answer;
mod guarded_stream;
mod patience;

pub(crate) use foreign_answer::ForeignAnswer;
pub(crate) use guarded_stream::GuardedStream;
pub(crate) use patience::{Patience, Serving};
