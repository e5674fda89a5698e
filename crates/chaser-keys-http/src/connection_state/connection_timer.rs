//! How long a connection may wait for its client.
//!
//! One timer per connection, shared between its stream and the requests it carries. It is paused while a request is
//! served (bodies have timeouts of their own) and runs between requests, so that neither a silent client nor one that
//! sends a byte a second can hold a connection.

use std::cell::Cell;
use std::time::Duration;

use actix_web::rt::time::Instant;

use crate::timeouts::{BODY_TIMEOUT, CLOSING_TIMEOUT, HEAD_TIMEOUT, IDLE_TIMEOUT};

/// What a connection is waiting for, and until when.
#[derive(Debug)]
pub(crate) struct ConnectionTimer {
    pub(super) in_flight: Cell<bool>,
    receiving: Cell<Receiving>,
    closing: Cell<bool>,
    pub(super) last_request_answered: Cell<bool>,
    pub(super) responses: Cell<u64>,
    deadline: Cell<Instant>,
}

/// What has arrived of a request that has no response yet.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Receiving {
    Nothing,
    Head,
    Body,
}

impl ConnectionTimer {
    pub(crate) fn new() -> Self {
        Self {
            in_flight: Cell::new(false),
            receiving: Cell::new(Receiving::Nothing),
            closing: Cell::new(false),
            last_request_answered: Cell::new(false),
            responses: Cell::new(0),
            deadline: Cell::new(Instant::now() + IDLE_TIMEOUT),
        }
    }

    /// Whether a request is being served.
    pub(crate) fn has_request_in_flight(&self) -> bool {
        self.in_flight.get()
    }

    /// When the connection times out; none while a request is served.
    pub(crate) fn deadline(&self) -> Option<Instant> {
        (!self.in_flight.get()).then(|| self.deadline.get())
    }

    /// Whether part of a request has arrived that has no response yet.
    pub(crate) fn request_has_begun(&self) -> bool {
        self.receiving.get() != Receiving::Nothing
    }

    /// Whether a response said that the connection closes, so that no other may follow it.
    pub(crate) fn is_closing(&self) -> bool {
        self.closing.get()
    }

    /// How many requests the application has answered.
    pub(crate) fn responses(&self) -> u64 {
        self.responses.get()
    }

    /// The first bytes of a request start the timeout of its head.
    pub(crate) fn bytes_arrived(&self) {
        if !self.in_flight.get() && self.receiving.get() == Receiving::Nothing {
            self.receiving.set(Receiving::Head);
            self.extend(HEAD_TIMEOUT);
        }
    }

    /// The fast path has a head and waits for the body: the body has a timeout of its own, once. (The framework sets its
    /// own for bodies that it reads.)
    pub(crate) fn body_awaited(&self) {
        if self.receiving.replace(Receiving::Body) != Receiving::Body {
            self.extend(BODY_TIMEOUT);
        }
    }

    /// The client took bytes, so it is still there. If no request is in flight, every request that arrived has its
    /// response.
    pub(crate) fn bytes_left(&self) {
        if !self.in_flight.get() {
            self.receiving.set(Receiving::Nothing);
        }
        self.extend(IDLE_TIMEOUT);
    }

    fn extend(&self, time: Duration) {
        if !self.closing.get() {
            self.deadline.set(self.deadline.get().max(Instant::now() + time));
        }
    }

    /// The response being sent closes the connection, though not all of the request may have arrived.
    pub(crate) fn begin_closing(&self) {
        self.closing.set(true);
        self.deadline.set(Instant::now() + CLOSING_TIMEOUT);
    }
}
