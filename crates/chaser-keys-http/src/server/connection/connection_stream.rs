//! The TCP stream that actix-http's dispatcher gets: it times out silent clients, and hands what is read to the fast path
//! first and what is written to the error rewriter.

use std::io::{ErrorKind, Result};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};

use actix_web::http::StatusCode;
use actix_web::rt::net::TcpStream;
use actix_web::rt::time::Instant;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::alarm::Alarm;
use super::error_rewriter::{ErrorRewriter, Written};
use crate::connection_state::{ConnectionTimer, UpstreamBodyState};
use crate::headers::FixedHeaders;
use crate::internal::fast_path::{FastPathStream, Responder};

/// What actix-http reads from and writes to.
pub(in crate::server) struct ConnectionStream {
    io: TcpStream,
    timer: Rc<ConnectionTimer>,
    upstream_body: Rc<UpstreamBodyState>,
    alarm: Alarm,
    errors: ErrorRewriter,
    fast_path: Option<FastPathStream>,
    /// The client takes no bytes at the moment.
    is_blocked: bool,
    /// The dispatcher read while it was busy. It decodes a bounded number of pipelined requests, and must be woken to
    /// continue with the rest.
    reads_ahead: bool,
}

impl ConnectionStream {
    pub(in crate::server) fn new(
        io: TcpStream,
        fixed_headers: Rc<FixedHeaders>,
        fast_path: Option<Rc<Responder>>,
    ) -> Self {
        let timer = Rc::new(ConnectionTimer::new());
        let alarm = Alarm::at(timer.deadline().unwrap_or_else(Instant::now));
        Self {
            io,
            timer,
            upstream_body: Rc::default(),
            alarm,
            errors: ErrorRewriter::new(fixed_headers),
            fast_path: fast_path.map(FastPathStream::new),
            is_blocked: false,
            reads_ahead: false,
        }
    }

    pub(in crate::server) fn timer(&self) -> &Rc<ConnectionTimer> {
        &self.timer
    }

    pub(in crate::server) fn upstream_body(&self) -> &Rc<UpstreamBodyState> {
        &self.upstream_body
    }

    /// Whether the deadline has passed; otherwise the task is woken when it does.
    fn has_timed_out(&mut self, context: &mut Context<'_>) -> bool {
        self.timer.deadline().is_some_and(|deadline| self.alarm.poll(deadline, context))
    }

    /// Whether the dispatcher has begun a response and not written all of it.
    fn is_busy(&self) -> bool {
        self.is_blocked || self.timer.has_request_in_flight() || self.upstream_body.is_active()
    }

    /// Writes what comes before the dispatcher's bytes.
    fn poll_unsent(&mut self, context: &mut Context<'_>) -> Poll<Result<()>> {
        if let Some(fast_path) = &mut self.fast_path {
            ready!(fast_path.poll_output(&mut self.io, &self.timer, context))?;
        }
        self.errors.poll_unsent(&mut self.io, context)
    }

    /// An error instead of waiting, if the client has taken nothing for too long.
    fn or_time_out<T>(&mut self, outcome: Poll<Result<T>>, context: &mut Context<'_>) -> Poll<Result<T>> {
        if outcome.is_pending() && self.has_timed_out(context) {
            return Poll::Ready(Err(ErrorKind::TimedOut.into()));
        }
        outcome
    }
}

impl AsyncRead for ConnectionStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<Result<()>> {
        // The alarm need not be set here: the dispatcher flushes before it waits, and `poll_flush` sets it.
        if self.alarm.has_gone_off() && self.has_timed_out(context) {
            let this = &mut *self;
            if this.timer.request_has_begun() {
                this.errors.queue(StatusCode::REQUEST_TIMEOUT, &this.timer);
            }
            // Nothing read is the end of the stream: the dispatcher flushes and closes.
            return Poll::Ready(Ok(()));
        }
        let before = buffer.filled().len();
        let this = &mut *self;
        let outcome = match &mut this.fast_path {
            Some(fast_path) => fast_path.poll_read(&mut this.io, &this.timer, context, buffer),
            None => Pin::new(&mut this.io).poll_read(context, buffer),
        };
        if buffer.filled().len() > before {
            this.timer.bytes_arrived();
            this.reads_ahead |= this.is_busy();
        }
        outcome
    }
}

impl AsyncWrite for ConnectionStream {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<Result<usize>> {
        self.is_blocked = true;
        let unsent = self.poll_unsent(context);
        ready!(self.or_time_out(unsent, context))?;
        let this = &mut *self;
        // Bytes of an upstream are not searched: they may look like anything.
        let first = if this.upstream_body.is_active() {
            Written::Responses(bytes)
        } else {
            ErrorRewriter::first_of(bytes)
        };
        let to_write = match first {
            Written::Responses(responses) => responses,
            Written::FrameworkError(status) => {
                this.is_blocked = false;
                this.errors.queue(status, &this.timer);
                return Poll::Ready(Ok(bytes.len()));
            }
        };
        let written = Pin::new(&mut this.io).poll_write(context, to_write);
        if written.is_ready() {
            this.is_blocked = false;
            this.timer.bytes_left();
        }
        self.or_time_out(written, context)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        let unsent = self.poll_unsent(context);
        ready!(self.or_time_out(unsent, context))?;
        // The dispatcher flushes whenever it has nothing more to do, so this is where the alarm is set.
        if self.has_timed_out(context) {
            context.waker().wake_by_ref();
        }
        self.upstream_body.flushed();
        if self.reads_ahead && !self.is_busy() {
            self.reads_ahead = false;
            context.waker().wake_by_ref();
        }
        let this = &mut *self;
        if let Some(fast_path) = &mut this.fast_path {
            fast_path.dispatcher_has_flushed(&this.timer, context);
        }
        Pin::new(&mut this.io).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        let unsent = self.poll_unsent(context);
        ready!(self.or_time_out(unsent, context))?;
        Pin::new(&mut self.io).poll_shutdown(context)
    }
}
