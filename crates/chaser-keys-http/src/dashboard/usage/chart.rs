//! The chart of a month: one column for each day, live requests below, test requests on top.

use chaser_keys_storage::DayUsage;
use time::Date;
use time::macros::format_description;

use crate::dashboard::wording::count::{brief, counted, grouped};

/// Always the columns of a whole month: it fills from the left.
const COLUMNS: u64 = 31;
/// Width of a bar, in per cent of its column.
const BAR: u64 = 68;
/// Lower edge of the plot, in pixels; the days' labels are below it.
const BOTTOM: u64 = 180;
/// Space above the plot for the highest label, in pixels.
const TOP: u64 = 10;
/// Grid lines above zero.
const LINES: u64 = 4;

/// A chart in the coordinates of its SVG: horizontal ones in per cent, so that it fits every screen, vertical ones in
/// pixels, so that its labels keep their size.
pub(super) struct Chart {
    pub(super) label: String,
    pub(super) bottom: u64,
    pub(super) bar: String,
    pub(super) lines: Vec<Line>,
    pub(super) days: Vec<Column>,
}

pub(super) struct Line {
    pub(super) y: u64,
    pub(super) label: String,
}

pub(super) struct Column {
    pub(super) label: String,
    pub(super) x: String,
    pub(super) middle: String,
    pub(super) live_y: u64,
    pub(super) live_height: u64,
    pub(super) test_y: u64,
    pub(super) test_height: u64,
    pub(super) tick: Option<Tick>,
}

/// The label below a column.
pub(super) struct Tick {
    pub(super) label: String,
    /// Left out on phones, where the labels would overlap.
    pub(super) is_minor: bool,
}

impl Chart {
    pub(super) fn new(days: &[DayUsage]) -> Self {
        let top = round_up(days.iter().map(DayUsage::requests).max().unwrap_or(0));
        Self {
            label: label(days),
            bottom: BOTTOM,
            bar: across(0, BAR),
            lines: (0..=LINES).map(|line| Line::at(top / LINES * line, top)).collect(),
            days: days.iter().map(|day| Column::new(day, top)).collect(),
        }
    }
}

impl Line {
    fn at(value: u64, top: u64) -> Self {
        Self { y: BOTTOM - height(value, top), label: brief(value) }
    }
}

impl Column {
    fn new(day: &DayUsage, top: u64) -> Self {
        let before = u64::from(day.date.day()) - 1;
        let live_height = visible(day.live, top);
        let test_height = visible(day.test, top);
        let live_y = BOTTOM - live_height;
        Self {
            label: format!("{}: {} live, {} test", short(day.date), grouped(day.live), grouped(day.test)),
            x: across(before, (100 - BAR) / 2),
            middle: across(before, 50),
            live_y,
            live_height,
            // One pixel between the two.
            test_y: live_y.saturating_sub(test_height + u64::from(live_height > 0)),
            test_height,
            tick: Tick::of(day.date),
        }
    }
}

/// A distance from the left, in columns and hundredths of a column.
fn across(columns: u64, hundredths: u64) -> String {
    let hundredths_of_a_percent = (columns * 100 + hundredths) * 100 / COLUMNS;
    format!("{}.{:02}%", hundredths_of_a_percent / 100, hundredths_of_a_percent % 100)
}

impl Tick {
    /// The first day and every fifth have a label; on phones only the first and every tenth.
    fn of(date: Date) -> Option<Self> {
        let is_marked = date.day() == 1 || date.day().is_multiple_of(5);
        is_marked.then(|| Self { label: short(date), is_minor: date.day() % 10 == 5 })
    }
}

fn height(value: u64, top: u64) -> u64 {
    let scaled = u128::from(value) * u128::from(BOTTOM - TOP) / u128::from(top);
    u64::try_from(scaled).unwrap_or(BOTTOM - TOP)
}

fn visible(value: u64, top: u64) -> u64 {
    if value == 0 { 0 } else { height(value, top).max(2) }
}

/// A round number that no day exceeds, divisible into four equal steps.
fn round_up(most: u64) -> u64 {
    let mut unit = LINES;
    loop {
        for factor in [1, 2, 5] {
            let top = unit.saturating_mul(factor);
            if top >= most {
                return top;
            }
        }
        unit = unit.saturating_mul(10);
    }
}

fn short(date: Date) -> String {
    date.format(format_description!("[day padding:none] [month repr:short]")).unwrap_or_default()
}

fn label(days: &[DayUsage]) -> String {
    let total = days.iter().map(DayUsage::requests).sum();
    match days.iter().max_by_key(|day| day.requests()) {
        Some(day) if day.requests() > 0 => format!(
            "{} by day, most on {}: {}. The table below has every day.",
            counted(total, "request"),
            short(day.date),
            grouped(day.requests())
        ),
        _ => "No requests this month yet.".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chaser_keys_storage::Traffic;
    use time::macros::date;

    fn day(date: Date, live: u64, test: u64) -> DayUsage {
        DayUsage { date, live, test, traffic: Traffic::default() }
    }

    #[test]
    fn the_scale_ends_on_a_round_number() {
        let table = [(0, 4), (4, 4), (5, 8), (9, 20), (21, 40), (100, 200), (1_204, 2_000), (2_001, 4_000)];
        for (most, top) in table {
            assert_eq!(round_up(most), top, "{most}");
        }
        assert_eq!(round_up(u64::MAX), u64::MAX);
    }

    #[test]
    fn columns_share_the_width() {
        assert_eq!(
            (across(0, 16).as_str(), across(0, 68).as_str(), across(30, 84).as_str()),
            ("0.51%", "2.19%", "99.48%")
        );
    }

    #[test]
    fn live_and_test_stand_on_one_another_and_small_days_are_seen() {
        let chart = Chart::new(&[
            day(date!(2026 - 06 - 01), 100, 100),
            day(date!(2026 - 06 - 02), 1, 0),
            day(date!(2026 - 06 - 03), 0, 0),
        ]);
        let [first, second, third] = chart.days.as_slice() else { panic!("three days") };
        assert_eq!((first.live_y, first.live_height), (95, 85));
        assert_eq!((first.test_y, first.test_height), (9, 85));
        assert_eq!((second.live_height, third.live_height, third.test_height), (2, 0, 0));
        assert_eq!(first.tick.as_ref().map(|tick| tick.label.as_str()), Some("1 Jun"));
        assert!(second.tick.is_none());
        assert_eq!(first.label, "1 Jun: 100 live, 100 test");
        assert_eq!(chart.label, "201 requests by day, most on 1 Jun: 200. The table below has every day.");
        assert_eq!(chart.lines.iter().map(|line| line.y).collect::<Vec<_>>(), [180, 138, 95, 53, 10]);
    }

    #[test]
    fn the_first_and_every_tenth_day_are_labelled_everywhere_and_every_fifth_where_there_is_room() {
        let days: Vec<_> =
            (1..=31).map(|number| day(date!(2026 - 07 - 01).replace_day(number).unwrap(), 1, 0)).collect();
        let chart = Chart::new(&days);
        let labels = |minor: bool| -> Vec<_> {
            let ticks = chart.days.iter().filter_map(|day| day.tick.as_ref());
            ticks.filter(|tick| tick.is_minor == minor).map(|tick| tick.label.as_str()).collect()
        };
        assert_eq!(labels(false), ["1 Jul", "10 Jul", "20 Jul", "30 Jul"]);
        assert_eq!(labels(true), ["5 Jul", "15 Jul", "25 Jul"]);
    }
}
