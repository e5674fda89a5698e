//! A connection's input, answered before the dispatcher sees it where the fast path can.
//!
//! As long as every request on a connection is plain, the dispatcher sees none of them: responses are written as requests
//! are read. A plain request that the fast path does not answer goes to the dispatcher alone, and nothing more is read
//! until its response is being written, so that responses keep their order. With the first request that is not plain, the
//! dispatcher gets the rest of the connection: the fast path does not know where such a request ends.

use std::future::Future;
use std::io::{ErrorKind, Result};
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::{Context, Poll, ready};

use actix_web::rt::net::TcpStream;
use actix_web::web::{Buf, BytesMut};
use chaser_keys_storage::Verifier;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, ReadBuf};

use super::outcome::FastPathOutcome;
use super::responder::Responder;
use crate::connection_state::ConnectionTimer;

/// Bytes of one read: some hundred requests. A longer request is never plain.
const CHUNK: usize = 16 * 1024;

/// What a connection has read and not handed on, and what it has answered and not written.
pub(crate) struct FastPathStream {
    responder: Rc<Responder>,
    input: BytesMut,
    output: BytesMut,
    state: State,
    /// How many pipelined requests are verified together. Doubles while all are good: those behind a bad one are verified
    /// in vain.
    batch: usize,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum State {
    /// All requests so far have their response.
    Open,
    /// The first bytes of the input, as many as this, are a request for the dispatcher.
    HandingOver(usize),
    /// The dispatcher has a request, and had given this many responses before.
    AwaitingResponse(u64),
    /// The dispatcher gets the rest of the connection.
    Closed,
}

impl FastPathStream {
    pub(crate) fn new(responder: Rc<Responder>) -> Self {
        Self { responder, input: BytesMut::new(), output: BytesMut::new(), state: State::Open, batch: 1 }
    }

    /// Reads for the dispatcher, and answers the requests that it need not see.
    pub(crate) fn poll_read(
        &mut self,
        io: &mut TcpStream,
        timer: &ConnectionTimer,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<Result<()>> {
        loop {
            match self.state {
                State::Closed if self.input.is_empty() => {
                    return Pin::new(io).poll_read(context, buffer);
                }
                State::Closed => {
                    self.hand_over(self.input.len(), buffer);
                    return Poll::Ready(Ok(()));
                }
                State::HandingOver(left) => {
                    let left = left - self.hand_over(left, buffer);
                    self.state = match left {
                        0 => State::AwaitingResponse(timer.responses()),
                        left => State::HandingOver(left),
                    };
                    return Poll::Ready(Ok(()));
                }
                // `dispatcher_has_flushed` wakes the task.
                State::AwaitingResponse(_) => return Poll::Pending,
                State::Open => {}
            }
            self.answer_input(timer);
            if self.state != State::Open {
                continue;
            }
            ready!(self.poll_output(io, timer, context))?;
            if !self.input.is_empty() {
                timer.bytes_arrived();
            }
            if ready!(self.poll_input(io, context))? == 0 {
                // The end of the stream. Half a request is the dispatcher's to refuse.
                self.state = State::Closed;
                if self.input.is_empty() {
                    return Poll::Ready(Ok(()));
                }
            }
        }
    }

    /// Writes the responses of the fast path; they come before whatever the dispatcher writes.
    pub(crate) fn poll_output(
        &mut self,
        io: &mut TcpStream,
        timer: &ConnectionTimer,
        context: &mut Context<'_>,
    ) -> Poll<Result<()>> {
        if self.output.is_empty() {
            return Poll::Ready(Ok(()));
        }
        while !self.output.is_empty() {
            let written = ready!(Pin::new(&mut *io).poll_write(context, &self.output))?;
            if written == 0 {
                return Poll::Ready(Err(ErrorKind::WriteZero.into()));
            }
            self.output.advance(written);
            timer.bytes_left();
        }
        self.output.clear();
        Poll::Ready(Ok(()))
    }

    /// The dispatcher has written everything that it has. If that includes the response it owed, reading goes on.
    pub(crate) fn dispatcher_has_flushed(&mut self, timer: &ConnectionTimer, context: &mut Context<'_>) {
        if self.state == State::AwaitingResponse(timer.responses())
            || !matches!(self.state, State::AwaitingResponse(_))
        {
            return;
        }
        self.state = State::Open;
        context.waker().wake_by_ref();
    }

    fn answer_input(&mut self, timer: &ConnectionTimer) {
        while !self.input.is_empty() && self.state == State::Open {
            match self.responder.answer(&self.input, self.batch, &mut self.output) {
                FastPathOutcome::Answered(length) => {
                    self.input.advance(length);
                    self.batch = (self.batch * 2).min(Verifier::BATCH);
                }
                FastPathOutcome::Fallback(length) => {
                    self.state = State::HandingOver(length);
                    self.batch = 1;
                }
                FastPathOutcome::IncompleteHead if self.input.len() < CHUNK => return,
                FastPathOutcome::IncompleteBody if self.input.len() < CHUNK => {
                    timer.body_awaited();
                    return;
                }
                FastPathOutcome::IncompleteHead
                | FastPathOutcome::IncompleteBody
                | FastPathOutcome::NotPlain => {
                    self.state = State::Closed;
                }
            }
        }
        if self.state != State::Open {
            timer.bytes_arrived();
        }
    }

    fn poll_input(&mut self, io: &mut TcpStream, context: &mut Context<'_>) -> Poll<Result<usize>> {
        self.input.reserve(CHUNK);
        pin!(io.read_buf(&mut self.input)).poll(context)
    }

    /// Moves up to `limit` bytes of the input to the dispatcher's buffer, and returns how many.
    fn hand_over(&mut self, limit: usize, buffer: &mut ReadBuf<'_>) -> usize {
        let length = limit.min(buffer.remaining());
        buffer.put_slice(&self.input[..length]);
        self.input.advance(length);
        length
    }
}
