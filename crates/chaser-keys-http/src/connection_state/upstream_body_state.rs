//! Whether an upstream's body is being written to a connection. What an upstream sends must not be searched for the
//! framework's own errors (`server/connection/framework_errors.rs`).

use std::cell::Cell;

/// One per connection.
#[derive(Debug, Default)]
pub(crate) struct UpstreamBodyState(Cell<State>);

#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
enum State {
    /// Everything that is written is ours.
    #[default]
    None,
    /// An upstream's body is being written.
    Streaming,
    /// The body has ended, but its last bytes may still be buffered.
    Flushing,
}

impl UpstreamBodyState {
    /// A response with an upstream's body begins.
    pub(crate) fn begin(&self) {
        self.0.set(State::Streaming);
    }

    /// The body has ended or was dropped.
    pub(crate) fn end(&self) {
        self.0.set(State::Flushing);
    }

    /// The dispatcher flushes once everything it had is written.
    pub(crate) fn flushed(&self) {
        if self.0.get() == State::Flushing {
            self.0.set(State::None);
        }
    }

    /// Whether what is written may be an upstream's.
    pub(crate) fn is_active(&self) -> bool {
        self.0.get() != State::None
    }
}
