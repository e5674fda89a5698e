//! Times in JSON: RFC 3339, UTC, whole seconds.

use serde::{Serialize, Serializer};
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;
use time::{OffsetDateTime, UtcOffset};

const WHOLE_SECONDS: &[BorrowedFormatItem<'static>] =
    format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]Z");

/// Written as `2026-06-01T12:00:00Z`; fractions of a second are cut off.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Timestamp(pub(crate) OffsetDateTime);

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let text =
            self.0.to_offset(UtcOffset::UTC).format(WHOLE_SECONDS).map_err(serde::ser::Error::custom)?;
        serializer.serialize_str(&text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    #[test]
    fn a_time_is_written_in_utc_with_whole_seconds() {
        let written = |moment| serde_json::to_value(Timestamp(moment)).unwrap();
        assert_eq!(written(datetime!(2026-06-01 12:00 UTC)), "2026-06-01T12:00:00Z");
        assert_eq!(written(datetime!(2026-06-01 12:00:00.999 UTC)), "2026-06-01T12:00:00Z");
        assert_eq!(written(datetime!(2026-06-01 14:30 +2)), "2026-06-01T12:30:00Z");
    }
}
