//! A panic is a line of the log that says where, not what: its message may hold a customer's data.

use std::backtrace::Backtrace;
use std::{panic, thread};

/// Replaces the hook that prints message and backtrace to standard error.
pub(crate) fn install() {
    panic::set_hook(Box::new(|panic| {
        let place = panic.location().map_or("an unknown place".to_owned(), ToString::to_string);
        let thread = thread::current();
        tracing::error!(
            place,
            thread = thread.name().unwrap_or("unnamed"),
            // Only with RUST_BACKTRACE; it names functions, not values.
            backtrace = %Backtrace::capture(),
            "a bug: the program panicked; the message is withheld because it may hold secrets",
        );
    }));
}
