//! Results go to standard output, for scripts and for pasting; progress and failures to standard error.

use std::fmt;
use std::io::{self, Write};

use crate::failure::Failure;

/// A result: one line or many.
pub(crate) fn result(text: impl fmt::Display) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    writeln!(stdout, "{text}").and_then(|()| stdout.flush()).map_err(Failure::Output)
}

/// What happens meanwhile.
pub(crate) fn progress(text: impl fmt::Display) {
    // With nowhere to write there is nobody to tell.
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// Why it ends.
pub(crate) fn failure(failure: &Failure) {
    progress(format_args!("cargo dev: {failure}"));
}
