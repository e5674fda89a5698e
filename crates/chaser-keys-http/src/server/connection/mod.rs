//! The stream between a socket and actix-http's dispatcher: it does what the dispatcher leaves undone.
//!
//! The dispatcher answers malformed requests itself, with an empty body and without a hook, and its head timeout covers
//! only the first request of a connection. Both can be fixed below it, because it reads and writes through any
//! `AsyncRead + AsyncWrite`: it gets a [`ConnectionStream`] instead of a `TcpStream`.

mod alarm;
mod connection_stream;
mod error_rewriter;
mod framework_errors;

pub(super) use connection_stream::ConnectionStream;
