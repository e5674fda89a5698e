//! The use of a key over the last days.

use time::OffsetDateTime;

/// The use of a key; up to a flush interval late.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct KeyActivity {
    /// Its last request; `None` if it was never used.
    pub last_used_at: Option<OffsetDateTime>,
    /// Requests of the last UTC days, the oldest first, today last.
    pub requests_by_day: [u64; Self::DAYS],
    /// Requests since it was rotated; 0 if it was not.
    pub requests_since_rotation: u64,
}

impl KeyActivity {
    /// Days in `requests_by_day`.
    pub const DAYS: usize = 14;
}
