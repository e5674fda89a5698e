//! An error with all its causes in one line, for logs.

use std::error::Error;
use std::fmt;

/// Displays an error followed by its sources, separated by colons. `tokio-postgres`, hyper and others say in their own
/// message only which step failed; the reason is a source. A source whose text is in the line already is left out.
#[derive(Clone, Copy, Debug)]
pub struct ErrorChain<'a>(pub &'a (dyn Error + 'static));

impl fmt::Display for ErrorChain<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut line = self.0.to_string();
        let mut source = self.0.source();
        while let Some(cause) = source {
            let reason = cause.to_string();
            if !line.contains(&reason) {
                line = format!("{line}: {reason}");
            }
            source = cause.source();
        }
        formatter.write_str(&line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use thiserror::Error;

    #[derive(Debug, Error)]
    #[error("connection refused")]
    struct Refused;

    #[derive(Debug, Error)]
    #[error("cannot connect")]
    struct Opaque(#[source] Refused);

    #[derive(Debug, Error)]
    #[error("the database is unavailable: {0}")]
    struct Verbose(#[source] Refused);

    #[derive(Debug, Error)]
    #[error("{}", ErrorChain(.0))]
    struct Whole(#[source] Opaque);

    #[test]
    fn every_cause_is_in_the_line_once() {
        assert_eq!(ErrorChain(&Opaque(Refused)).to_string(), "cannot connect: connection refused");
        assert_eq!(
            ErrorChain(&Verbose(Refused)).to_string(),
            "the database is unavailable: connection refused"
        );
        assert_eq!(ErrorChain(&Whole(Opaque(Refused))).to_string(), "cannot connect: connection refused");
    }
}
