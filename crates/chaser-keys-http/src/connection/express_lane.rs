//! The way past the dispatcher for requests that need nothing of it.
//!
//! As long as every request on a connection is plain (`gateway/express.rs`), the dispatcher sees none of them: answers
//! are written as requests are read. A request that cannot be answered with yes is handed to the dispatcher alone, and
//! nothing else is looked at until its answer is on its way, so that answers keep their order. With the first request
//! of any other kind the lane closes for good: only where all requests are known to end with their heads is it known
//! where the next one begins.

use std::future::Future;
use std::io::{ErrorKind, Result};
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::{Context, Poll, ready};

use actix_web::rt::net::TcpStream;
use actix_web::web::{Buf, BytesMut};
use chaser_keys_storage::Verifier;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, ReadBuf};

use super::patience::Patience;
use crate::gateway::express::{Express, Seen};

/// Read at once: some hundred requests.
const CHUNK: usize = 16 * 1024;

/// What a connection has read and not handed on, and what it has answered and not written.
pub(super) struct ExpressLane {
    express: Rc<Express>,
    input: BytesMut,
    output: BytesMut,
    state: State,
    /// Requests that are looked at together: what is behind one that is refused was looked at in vain, so that there are
    /// more of them only as long as all are good.
    together: usize,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum State {
    /// All requests so far were answered.
    Open,
    /// The first so many bytes are a request for the dispatcher.
    Handing(usize),
    /// It has it, and had given so many answers before.
    Waiting(u64),
    /// The dispatcher has the rest of the connection.
    Closed,
}

impl ExpressLane {
    pub(super) fn new(express: Rc<Express>) -> Self {
        Self { express, input: BytesMut::new(), output: BytesMut::new(), state: State::Open, together: 1 }
    }

    /// What the dispatcher is to read. Answers everything else.
    pub(super) fn poll_read(
        &mut self,
        io: &mut TcpStream,
        patience: &Patience,
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
                State::Handing(left) => {
                    let left = left - self.hand_over(left, buffer);
                    self.state =
                        if left == 0 { State::Waiting(patience.answered()) } else { State::Handing(left) };
                    return Poll::Ready(Ok(()));
                }
                // Woken by `poll_answered`.
                State::Waiting(_) => return Poll::Pending,
                State::Open => {}
            }
            self.answer_what_is_there(patience);
            if self.state != State::Open {
                continue;
            }
            ready!(self.poll_output(io, patience, context))?;
            if !self.input.is_empty() {
                patience.bytes_arrived();
            }
            if ready!(self.poll_input(io, context))? == 0 {
                // The client has no more to say. Half a head is the dispatcher's to judge.
                self.state = State::Closed;
                if self.input.is_empty() {
                    return Poll::Ready(Ok(()));
                }
            }
        }
    }

    /// Writes the answers that stand before whatever the dispatcher writes.
    pub(super) fn poll_output(
        &mut self,
        io: &mut TcpStream,
        patience: &Patience,
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
            patience.bytes_left();
        }
        self.output.clear();
        Poll::Ready(Ok(()))
    }

    /// The dispatcher has written all that it has: if that was the answer it owed, the lane opens again.
    pub(super) fn dispatcher_has_flushed(&mut self, patience: &Patience, context: &mut Context<'_>) {
        if self.state == State::Waiting(patience.answered()) || !matches!(self.state, State::Waiting(_)) {
            return;
        }
        self.state = State::Open;
        // So that it reads on.
        context.waker().wake_by_ref();
    }

    fn answer_what_is_there(&mut self, patience: &Patience) {
        while !self.input.is_empty() && self.state == State::Open {
            match self.express.look_at(&self.input, self.together, &mut self.output) {
                Seen::Answered(length) => {
                    self.input.advance(length);
                    self.together = (self.together * 2).min(Verifier::BATCH);
                }
                Seen::Referred(length) => {
                    self.state = State::Handing(length);
                    self.together = 1;
                }
                // A head that long is none of ours.
                Seen::Incomplete if self.input.len() < CHUNK => return,
                Seen::Incomplete | Seen::Other => self.state = State::Closed,
            }
        }
        if self.state != State::Open {
            patience.bytes_arrived();
        }
    }

    fn poll_input(&mut self, io: &mut TcpStream, context: &mut Context<'_>) -> Poll<Result<usize>> {
        self.input.reserve(CHUNK);
        pin!(io.read_buf(&mut self.input)).poll(context)
    }

    /// Moves up to so many bytes of the input; tells how many.
    fn hand_over(&mut self, most: usize, buffer: &mut ReadBuf<'_>) -> usize {
        let length = most.min(buffer.remaining());
        buffer.put_slice(&self.input[..length]);
        self.input.advance(length);
        length
    }
}
