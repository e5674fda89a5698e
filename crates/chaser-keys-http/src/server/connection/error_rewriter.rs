//! Replaces the bare errors of actix-http's dispatcher by responses with the envelope.

use std::io::{ErrorKind, Result};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};

use actix_web::http::StatusCode;
use actix_web::rt::net::TcpStream;
use tokio::io::AsyncWrite;

use super::framework_errors;
use crate::connection_state::ConnectionTimer;
use crate::headers::{FixedHeaders, RequestId};

/// One per connection.
pub(super) struct ErrorRewriter {
    fixed_headers: Rc<FixedHeaders>,
    /// What is left to write of our response.
    unsent: Vec<u8>,
}

/// What the dispatcher writes.
pub(super) enum Written<'bytes> {
    /// Responses of the application, to be written as they are.
    Responses(&'bytes [u8]),
    /// One bare error and nothing else.
    FrameworkError(StatusCode),
}

impl ErrorRewriter {
    pub(super) fn new(fixed_headers: Rc<FixedHeaders>) -> Self {
        Self { fixed_headers, unsent: Vec::new() }
    }

    /// The first of what is written: what comes before a bare error, or the bare error.
    pub(super) fn first_of(bytes: &[u8]) -> Written<'_> {
        match framework_errors::find(bytes) {
            None => Written::Responses(bytes),
            Some((0, status)) => Written::FrameworkError(status),
            Some((start, _)) => Written::Responses(&bytes[..start]),
        }
    }

    /// Queues our response with this status, the connection's last. Does nothing on a connection that is closing.
    pub(super) fn queue(&mut self, status: StatusCode, timer: &ConnectionTimer) {
        if timer.is_closing() {
            return;
        }
        timer.begin_closing();
        let id = RequestId::new();
        tracing::info!(status = status.as_u16(), request_id = %id, "refused a request that cannot be parsed");
        self.unsent = framework_errors::with_envelope(status, &id, &self.fixed_headers);
    }

    /// Writes what is queued.
    pub(super) fn poll_unsent(&mut self, io: &mut TcpStream, context: &mut Context<'_>) -> Poll<Result<()>> {
        while !self.unsent.is_empty() {
            let written = ready!(Pin::new(&mut *io).poll_write(context, &self.unsent))?;
            if written == 0 {
                return Poll::Ready(Err(ErrorKind::WriteZero.into()));
            }
            self.unsent.drain(..written);
        }
        Poll::Ready(Ok(()))
    }
}
