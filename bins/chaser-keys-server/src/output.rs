//! What people and scripts read: results on standard output, failures on standard error.

use std::fmt;
use std::io::{self, Write};

use crate::failure::Failure;

/// One line of a result. A closed pipe is an error, not a panic.
pub(crate) fn line(text: impl fmt::Display) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    writeln!(stdout, "{text}").and_then(|()| stdout.flush()).map_err(Failure::Output)
}

/// A failure, each of its lines under the program's name.
pub(crate) fn failure(failure: &Failure) {
    let mut stderr = io::stderr().lock();
    // If standard error is closed, the exit code remains.
    for line in failure.to_string().lines() {
        let _ = writeln!(stderr, "chaser-keys-server: {line}");
    }
}
