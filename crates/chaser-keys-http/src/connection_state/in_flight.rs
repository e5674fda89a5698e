//! A request that is being served.

use std::rc::Rc;

use super::ConnectionTimer;

/// Held while a request is served: pauses the connection's timer.
pub(crate) struct InFlight(Rc<ConnectionTimer>);

impl InFlight {
    pub(crate) fn begin(timer: &Rc<ConnectionTimer>) -> Self {
        timer.in_flight.set(true);
        Self(Rc::clone(timer))
    }

    /// See [`ConnectionTimer::begin_closing`].
    pub(crate) fn begin_closing(&self) {
        self.0.begin_closing();
    }

    /// The client's request or our response says `Connection: close`.
    pub(crate) fn mark_last_request(&self) {
        self.0.last_request_answered.set(true);
    }

    /// Whether this request came after the last one. The client does not read its response, so it must not be carried
    /// out either (RFC 9112 §9.6): the client repeats it on another connection.
    pub(crate) fn follows_last_request(&self) -> bool {
        self.0.last_request_answered.get()
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.in_flight.set(false);
        self.0.responses.set(self.0.responses.get() + 1);
        self.0.bytes_left();
    }
}
