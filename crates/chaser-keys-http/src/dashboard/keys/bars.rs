//! The requests of the last days as a small bar chart: one SVG path for the days with requests and one for the days without,
//! so that the charts of a full page are small.

use std::fmt::Write as _;

use chaser_keys_storage::KeyActivity;
use time::macros::format_description;
use time::{Date, Duration, OffsetDateTime};

use crate::dashboard::wording::count::{counted, grouped};

const DAYS: usize = KeyActivity::DAYS;
const HEIGHT: u64 = 20;
/// Width of a bar and the gap after it, in pixels.
const STEP: usize = 5;
const LEAST: u64 = 2;

/// A bar chart with its label for screen readers.
#[derive(Debug, Eq, PartialEq)]
pub(super) struct Bars {
    pub(super) total: String,
    pub(super) label: String,
    pub(super) path: String,
    pub(super) zeros: String,
}

impl Bars {
    pub(super) fn new(activity: &KeyActivity, now: OffsetDateTime) -> Self {
        let days = &activity.requests_by_day;
        let most = days.iter().copied().max().unwrap_or(0);
        let (mut path, mut zeros) = (String::new(), String::new());
        for (index, requests) in days.iter().enumerate() {
            let x = index * STEP + STEP / 2;
            // Writing to a string cannot fail.
            let _ = match height(*requests, most) {
                0 => write!(zeros, "M{x} 20v-1"),
                height => write!(path, "M{x} 20V{}", HEIGHT - height),
            };
        }
        let total = days.iter().sum();
        Self { total: grouped(total), label: label(days, total, now.date()), path, zeros }
    }
}

/// At least [`LEAST`] for a day with requests, so that it is visible.
fn height(requests: u64, most: u64) -> u64 {
    match requests {
        0 => 0,
        _ => (u128::from(requests) * u128::from(HEIGHT) / u128::from(most))
            .try_into()
            .unwrap_or(HEIGHT)
            .max(LEAST),
    }
}

fn label(days: &[u64; DAYS], total: u64, today: Date) -> String {
    let most = days.iter().copied().enumerate().max_by_key(|(_, requests)| *requests);
    match most {
        Some((index, requests)) if requests > 0 => {
            let ago = i64::try_from(DAYS - 1 - index).unwrap_or(0);
            let day = (today - Duration::days(ago))
                .format(format_description!("[weekday repr:short] [day padding:none] [month repr:short]"))
                .unwrap_or_default();
            format!("{} in {DAYS} days, most on {day}: {}", counted(total, "request"), grouped(requests))
        }
        _ => format!("No requests in {DAYS} days"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bars(requests_by_day: [u64; DAYS]) -> Bars {
        let activity = KeyActivity { requests_by_day, ..KeyActivity::default() };
        Bars::new(&activity, time::macros::datetime!(2026-06-13 12:00 UTC))
    }

    #[test]
    fn heights_are_in_proportion_and_no_day_with_requests_vanishes() {
        let bars = bars([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 500, 1_000]);
        assert_eq!(bars.path, "M57 20V18M62 20V10M67 20V0");
        assert!(bars.zeros.starts_with("M2 20v-1M7 20v-1"));
        assert_eq!(bars.total, "1,501");
        assert_eq!(bars.label, "1,501 requests in 14 days, most on Sat 13 Jun: 1,000");
    }

    #[test]
    fn the_latest_of_equal_days_is_named_and_nothing_is_said_to_be_nothing() {
        let mut days = [0; DAYS];
        (days[0], days[12]) = (5, 5);
        assert!(bars(days).label.ends_with("most on Fri 12 Jun: 5"), "{}", bars(days).label);
        let none = bars([0; DAYS]);
        assert_eq!(
            (none.total.as_str(), none.label.as_str(), none.path.as_str()),
            ("0", "No requests in 14 days", "")
        );
        assert_eq!(height(u64::MAX, u64::MAX), HEIGHT);
    }
}
