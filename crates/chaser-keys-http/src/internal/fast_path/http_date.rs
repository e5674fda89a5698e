//! The header `Date`, formatted once a second.

use std::time::{Duration, Instant, SystemTime};

/// Characters of "Sun, 06 Nov 1994 08:49:37 GMT" and of every other date of this form (RFC 9110 §5.6.7).
const LENGTH: usize = 29;
/// How late a new second may be noticed: reading the monotonic clock is cheaper than formatting.
const RECHECK_AFTER: Duration = Duration::from_millis(100);

/// The last date, as text.
#[derive(Default)]
pub(crate) struct HttpDate {
    text: [u8; LENGTH],
    written_at: Option<Instant>,
}

impl HttpDate {
    /// The date now.
    pub(crate) fn now(&mut self) -> &[u8; LENGTH] {
        let now = Instant::now();
        if self.written_at.is_none_or(|then| now - then >= RECHECK_AFTER) {
            self.written_at = Some(now);
            self.write();
        }
        &self.text
    }

    #[expect(clippy::disallowed_methods, reason = "`Date` is this machine's time; nothing is decided by it")]
    fn write(&mut self) {
        let text = httpdate::fmt_http_date(SystemTime::now());
        if let Ok(text) = text.as_bytes().try_into() {
            self.text = text;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_a_date_from_the_first_time_on() {
        let mut date = HttpDate::default();
        for _ in 0..2 {
            let text = std::str::from_utf8(date.now()).unwrap();
            let parsed = httpdate::parse_http_date(text).unwrap();
            assert!(parsed.elapsed().unwrap() < Duration::from_secs(5), "{text}");
        }
    }
}
