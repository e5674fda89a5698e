//! What the fast path makes of a connection's input.

/// What the input begins with, and what was done about it.
#[derive(Debug, Eq, PartialEq)]
pub(super) enum FastPathOutcome {
    /// Requests of this many bytes in total. Their responses are written.
    Answered(usize),
    /// A plain request of this many bytes, which only the framework can answer.
    Fallback(usize),
    /// Part of a head.
    IncompleteHead,
    /// A head, and part of the body that it announces.
    IncompleteBody,
    /// A request that is not plain: where it ends is unknown here.
    NotPlain,
}
