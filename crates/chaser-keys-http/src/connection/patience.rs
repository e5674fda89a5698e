//! How long a connection may go without a request.
//!
//! One clock per connection, shared between its stream and the requests it carries. It stands still while
//! a request is served (bodies have their own time limit) and runs between requests, so that neither a
//! silent client nor one that sends a byte a second can hold a connection.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use actix_web::rt::time::Instant;

/// Between two requests, and for a response to be taken.
const IDLE_TIMEOUT: Duration = Duration::from_secs(8);
/// For a request's head, from its first byte.
const HEAD_TIMEOUT: Duration = Duration::from_secs(5);
/// For the rest of a request that was refused unread: long enough for the client to see the refusal.
const LAST_WORDS_TIMEOUT: Duration = Duration::from_secs(1);

/// What a connection is waiting for, and until when.
#[derive(Debug)]
pub(crate) struct Patience {
    serving: Cell<bool>,
    head_begun: Cell<bool>,
    last_words_spoken: Cell<bool>,
    finally_answered: Cell<bool>,
    answered: Cell<u64>,
    deadline: Cell<Instant>,
}

impl Patience {
    pub(crate) fn new() -> Self {
        Self {
            serving: Cell::new(false),
            head_begun: Cell::new(false),
            last_words_spoken: Cell::new(false),
            finally_answered: Cell::new(false),
            answered: Cell::new(0),
            deadline: Cell::new(Instant::now() + IDLE_TIMEOUT),
        }
    }

    /// Whether a request is being served.
    pub(super) fn is_serving(&self) -> bool {
        self.serving.get()
    }

    /// When it ends; never while a request is served.
    pub(super) fn deadline(&self) -> Option<Instant> {
        (!self.serving.get()).then(|| self.deadline.get())
    }

    /// Whether part of a request has arrived that nobody has answered.
    pub(super) fn head_has_begun(&self) -> bool {
        self.head_begun.get()
    }

    /// Whether the connection has been told that it ends: nothing more is to be said on it.
    pub(super) fn last_words_are_spoken(&self) -> bool {
        self.last_words_spoken.get()
    }

    /// How many requests the application has answered.
    pub(super) fn answered(&self) -> u64 {
        self.answered.get()
    }

    /// Bytes came in. The first ones of a request give it the time a head may take.
    pub(super) fn bytes_arrived(&self) {
        if !self.serving.get() && !self.head_begun.replace(true) {
            self.extend(HEAD_TIMEOUT);
        }
    }

    /// Bytes went out: the client is still there, and if nothing is being served, every request that has arrived was
    /// answered.
    pub(super) fn bytes_left(&self) {
        if !self.serving.get() {
            self.head_begun.set(false);
        }
        self.extend(IDLE_TIMEOUT);
    }

    fn extend(&self, time: Duration) {
        if !self.last_words_spoken.get() {
            self.deadline.set(self.deadline.get().max(Instant::now() + time));
        }
    }

    /// The response closes the connection, though the request may not have arrived in whole.
    pub(crate) fn speak_last_words(&self) {
        self.last_words_spoken.set(true);
        self.deadline.set(Instant::now() + LAST_WORDS_TIMEOUT);
    }
}

/// Held while a request is served.
pub(crate) struct Serving(Rc<Patience>);

impl Serving {
    pub(crate) fn begin(patience: &Rc<Patience>) -> Self {
        patience.serving.set(true);
        Self(Rc::clone(patience))
    }

    pub(crate) fn speak_last_words(&self) {
        self.0.speak_last_words();
    }

    /// This request is the connection's last, because the client or the answer says so.
    pub(crate) fn answer_finally(&self) {
        self.0.finally_answered.set(true);
    }

    /// Whether this request came after the last one. Nobody will read its answer, so it must not be carried out either
    /// (RFC 9112 §9.6): the client sends it again over another connection.
    pub(crate) fn comes_too_late(&self) -> bool {
        self.0.finally_answered.get()
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        self.0.serving.set(false);
        self.0.answered.set(self.0.answered.get() + 1);
        self.0.bytes_left();
    }
}
