//! Whether what is being written was made elsewhere: an upstream's answer is nobody's to search for bare answers.

use std::cell::Cell;

/// One per connection.
#[derive(Debug, Default)]
pub(crate) struct ForeignAnswer(Cell<State>);

#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
enum State {
    /// All that is written is ours.
    #[default]
    None,
    /// A body from elsewhere is being written.
    Streaming,
    /// It has ended, and its last bytes may not have left yet.
    Leaving,
}

impl ForeignAnswer {
    pub(crate) fn begins(&self) {
        self.0.set(State::Streaming);
    }

    pub(crate) fn ends(&self) {
        self.0.set(State::Leaving);
    }

    /// The dispatcher flushes once everything it had is written.
    pub(super) fn flushed(&self) {
        if self.0.get() == State::Leaving {
            self.0.set(State::None);
        }
    }

    pub(super) fn is_on_the_way(&self) -> bool {
        self.0.get() != State::None
    }
}
