//! A TCP stream that gives bare answers the envelope and loses patience with silent clients.

use std::io::{Error, ErrorKind, Result};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};

use actix_web::http::StatusCode;
use actix_web::rt::net::TcpStream;
use actix_web::rt::time::{Sleep, sleep_until};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::bare_answer;
use super::express_lane::ExpressLane;
use super::foreign_answer::ForeignAnswer;
use super::patience::Patience;
use crate::boundary::{FixedHeaders, RequestId};
use crate::gateway::express::Express;

/// What actix-http reads from and writes to.
pub(crate) struct GuardedStream {
    io: TcpStream,
    patience: Rc<Patience>,
    foreign_answer: Rc<ForeignAnswer>,
    alarm: Pin<Box<Sleep>>,
    fixed_headers: Rc<FixedHeaders>,
    lane: Option<ExpressLane>,
    /// An answer of this stream's own that is still to be written.
    unsent: Vec<u8>,
    /// The client takes nothing at the moment.
    is_blocked: bool,
    /// The dispatcher was given bytes while it was busy. It looks only so many requests ahead, and what it has not looked
    /// at by the time it is done, it forgets until it is woken.
    reads_ahead: bool,
}

impl GuardedStream {
    pub(crate) fn new(io: TcpStream, fixed_headers: Rc<FixedHeaders>, express: Option<Rc<Express>>) -> Self {
        let patience = Rc::new(Patience::new());
        let alarm =
            Box::pin(sleep_until(patience.deadline().unwrap_or_else(actix_web::rt::time::Instant::now)));
        Self {
            io,
            patience,
            foreign_answer: Rc::default(),
            alarm,
            fixed_headers,
            lane: express.map(ExpressLane::new),
            unsent: Vec::new(),
            is_blocked: false,
            reads_ahead: false,
        }
    }

    pub(crate) fn patience(&self) -> &Rc<Patience> {
        &self.patience
    }

    pub(crate) fn foreign_answer(&self) -> &Rc<ForeignAnswer> {
        &self.foreign_answer
    }

    /// Whether the deadline has passed; otherwise the task is woken when it does.
    ///
    /// The alarm is set again only when it rings too early, not with every request.
    fn is_out_of_patience(&mut self, context: &mut Context<'_>) -> bool {
        let Some(deadline) = self.patience.deadline() else { return false };
        if deadline < self.alarm.deadline() {
            self.alarm.as_mut().reset(deadline);
        }
        while self.alarm.as_mut().poll(context).is_ready() {
            if deadline <= self.alarm.deadline() {
                return true;
            }
            self.alarm.as_mut().reset(deadline);
        }
        false
    }

    /// Whether the dispatcher has begun an answer and not written all of it.
    fn is_busy(&self) -> bool {
        self.is_blocked || self.patience.is_serving() || self.foreign_answer.is_on_the_way()
    }

    /// Queues an answer that the application has no part in; at most one per connection.
    fn answer_by_itself(&mut self, status: StatusCode) {
        if self.patience.last_words_are_spoken() {
            return;
        }
        self.patience.speak_last_words();
        let id = RequestId::new();
        tracing::info!(status = status.as_u16(), request_id = %id, "refused a request that cannot be parsed");
        self.unsent = bare_answer::with_envelope(status, &id, &self.fixed_headers);
    }

    /// Writes what comes before anything of the dispatcher's.
    fn poll_unsent(&mut self, context: &mut Context<'_>) -> Poll<Result<()>> {
        if let Some(lane) = &mut self.lane {
            ready!(lane.poll_output(&mut self.io, &self.patience, context))?;
        }
        while !self.unsent.is_empty() {
            let written = ready!(Pin::new(&mut self.io).poll_write(context, &self.unsent))?;
            if written == 0 {
                return Poll::Ready(Err(ErrorKind::WriteZero.into()));
            }
            self.unsent.drain(..written);
        }
        Poll::Ready(Ok(()))
    }

    /// A client that takes nothing any more is given up.
    fn or_lose_patience<T>(
        &mut self,
        outcome: Poll<Result<T>>,
        context: &mut Context<'_>,
    ) -> Poll<Result<T>> {
        if outcome.is_pending() && self.is_out_of_patience(context) {
            return Poll::Ready(Err(Error::from(ErrorKind::TimedOut)));
        }
        outcome
    }
}

impl AsyncRead for GuardedStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<Result<()>> {
        // Looking is enough: the dispatcher flushes before it waits, and that sets the alarm.
        if self.alarm.is_elapsed() && self.is_out_of_patience(context) {
            if self.patience.head_has_begun() {
                self.answer_by_itself(StatusCode::REQUEST_TIMEOUT);
            }
            // Nothing read is the end of the stream: the dispatcher flushes and closes.
            return Poll::Ready(Ok(()));
        }
        let before = buffer.filled().len();
        let this = &mut *self;
        let outcome = match &mut this.lane {
            Some(lane) => lane.poll_read(&mut this.io, &this.patience, context, buffer),
            None => Pin::new(&mut this.io).poll_read(context, buffer),
        };
        if buffer.filled().len() > before {
            this.patience.bytes_arrived();
            this.reads_ahead |= this.is_busy();
        }
        outcome
    }
}

impl AsyncWrite for GuardedStream {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<Result<usize>> {
        self.is_blocked = true;
        let unsent = self.poll_unsent(context);
        ready!(self.or_lose_patience(unsent, context))?;
        let found = if self.foreign_answer.is_on_the_way() { None } else { bare_answer::find(bytes) };
        let to_write = match found {
            Some((0, status)) => {
                self.is_blocked = false;
                self.answer_by_itself(status);
                return Poll::Ready(Ok(bytes.len()));
            }
            Some((start, _)) => &bytes[..start],
            None => bytes,
        };
        let written = Pin::new(&mut self.io).poll_write(context, to_write);
        if written.is_ready() {
            self.is_blocked = false;
            self.patience.bytes_left();
        }
        self.or_lose_patience(written, context)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        let unsent = self.poll_unsent(context);
        ready!(self.or_lose_patience(unsent, context))?;
        // The dispatcher flushes whenever it has nothing more to do: the moment to set the alarm.
        if self.is_out_of_patience(context) {
            context.waker().wake_by_ref();
        }
        self.foreign_answer.flushed();
        if self.reads_ahead && !self.is_busy() {
            self.reads_ahead = false;
            context.waker().wake_by_ref();
        }
        let this = &mut *self;
        if let Some(lane) = &mut this.lane {
            lane.dispatcher_has_flushed(&this.patience, context);
        }
        Pin::new(&mut self.io).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        let unsent = self.poll_unsent(context);
        ready!(self.or_lose_patience(unsent, context))?;
        Pin::new(&mut self.io).poll_shutdown(context)
    }
}
