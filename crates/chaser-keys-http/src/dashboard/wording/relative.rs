//! Times relative to now. `assets/times.js` uses the same words.

use time::{Duration, OffsetDateTime};

use super::shown_time::date;

/// `just now`, `3 minutes ago`, … and after 30 days the date.
pub(super) fn ago(moment: OffsetDateTime, now: OffsetDateTime) -> String {
    let past = now - moment;
    match past {
        _ if past < Duration::MINUTE => "just now".to_owned(),
        _ if past < Duration::HOUR => units_ago(past.whole_minutes(), "minute"),
        _ if past < Duration::DAY => units_ago(past.whole_hours(), "hour"),
        _ if past < Duration::days(30) => units_ago(past.whole_days(), "day"),
        _ => date(moment),
    }
}

fn units_ago(count: i64, unit: &str) -> String {
    format!("{count} {unit}{} ago", if count == 1 { "" } else { "s" })
}

/// `6 d 23 h`, `23 h 5 min`, `4 min`: rounded down, so that no deadline is later than shown.
pub(super) fn left(until: OffsetDateTime, now: OffsetDateTime) -> String {
    let (days, hours, minutes) = {
        let left = until - now;
        (left.whole_days(), left.whole_hours(), left.whole_minutes())
    };
    match (days, hours, minutes) {
        (1.., ..) => format!("{days} d {} h", hours % 24),
        (_, 1.., _) => format!("{hours} h {} min", minutes % 60),
        (.., 1..) => format!("{minutes} min"),
        _ => "under a minute".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: OffsetDateTime = time::macros::datetime!(2026-06-13 12:00 UTC);

    #[test]
    fn the_past_is_told_in_one_unit_rounded_down() {
        let table = [
            (Duration::seconds(-5), "just now"),
            (Duration::ZERO, "just now"),
            (Duration::seconds(59), "just now"),
            (Duration::seconds(60), "1 minute ago"),
            (Duration::seconds(3 * 60 + 59), "3 minutes ago"),
            (Duration::seconds(3_599), "59 minutes ago"),
            (Duration::HOUR, "1 hour ago"),
            (Duration::hours(23), "23 hours ago"),
            (Duration::DAY, "1 day ago"),
            (Duration::days(29), "29 days ago"),
            (Duration::days(30), "14 May 2026"),
        ];
        for (past, text) in table {
            assert_eq!(ago(NOW - past, NOW), text, "{past}");
        }
    }

    #[test]
    fn what_is_left_is_told_in_two_units() {
        let table = [
            (Duration::days(7), "7 d 0 h"),
            (Duration::days(7) - Duration::SECOND, "6 d 23 h"),
            (Duration::hours(23) + Duration::minutes(5), "23 h 5 min"),
            (Duration::minutes(4), "4 min"),
            (Duration::seconds(59), "under a minute"),
            (Duration::ZERO, "under a minute"),
        ];
        for (left_over, text) in table {
            assert_eq!(left(NOW + left_over, NOW), text, "{left_over}");
        }
    }
}
