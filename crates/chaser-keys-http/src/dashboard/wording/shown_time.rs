//! A time on a page: exact in UTC for machines and tooltips, relative for reading.

use time::format_description::BorrowedFormatItem;
use time::macros::format_description;
use time::{OffsetDateTime, UtcOffset};

use super::relative;

const ISO: &[BorrowedFormatItem<'static>] =
    format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]Z");
const EXACT: &[BorrowedFormatItem<'static>] =
    format_description!("[day padding:none] [month repr:short] [year], [hour]:[minute] UTC");
const DATE: &[BorrowedFormatItem<'static>] =
    format_description!("[day padding:none] [month repr:short] [year]");
const MONTH: &[BorrowedFormatItem<'static>] = format_description!("[month repr:long] [year]");

/// A `<time>` element.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(in crate::dashboard) struct ShownTime {
    pub(in crate::dashboard) iso: String,
    pub(in crate::dashboard) exact: String,
    pub(in crate::dashboard) ago: String,
}

/// A time in the future, and how long it is until then.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(in crate::dashboard) struct Deadline {
    pub(in crate::dashboard) at: ShownTime,
    pub(in crate::dashboard) left: String,
}

impl ShownTime {
    pub(in crate::dashboard) fn new(moment: OffsetDateTime, now: OffsetDateTime) -> Self {
        Self { iso: iso(moment), exact: written(moment, EXACT), ago: relative::ago(moment, now) }
    }

    /// For places that show only the exact time.
    pub(in crate::dashboard) fn exact(moment: OffsetDateTime) -> Self {
        Self::new(moment, moment)
    }
}

impl Deadline {
    pub(in crate::dashboard) fn new(until: OffsetDateTime, now: OffsetDateTime) -> Self {
        Self { at: ShownTime::exact(until), left: relative::left(until, now) }
    }
}

/// For `datetime` attributes.
pub(in crate::dashboard) fn iso(moment: OffsetDateTime) -> String {
    written(moment, ISO)
}

/// `13 Jun 2026`
pub(in crate::dashboard) fn date(moment: OffsetDateTime) -> String {
    written(moment, DATE)
}

/// `June 2026`
pub(in crate::dashboard) fn month(moment: OffsetDateTime) -> String {
    written(moment, MONTH)
}

/// In UTC. Cannot fail: the formats use only components that every time has.
fn written(moment: OffsetDateTime, format: &[BorrowedFormatItem<'static>]) -> String {
    moment.to_offset(UtcOffset::UTC).format(format).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_written_in_utc_to_the_minute() {
        let moment = time::macros::datetime!(2026-06-03 14:05:09.5 +2);
        let shown = ShownTime::new(moment, moment + time::Duration::minutes(3));
        assert_eq!(shown.iso, "2026-06-03T12:05:09Z");
        assert_eq!(shown.exact, "3 Jun 2026, 12:05 UTC");
        assert_eq!(shown.ago, "3 minutes ago");
        assert_eq!((date(moment).as_str(), month(moment).as_str()), ("3 Jun 2026", "June 2026"));
    }
}
