//! The usage page: the current month of a workspace as a chart, and as tables that can be copied.

use askama::Template;
use chaser_keys::KeyMode;
use chaser_keys_storage::{DayUsage, KeyUsage, MonthlyUsage, Traffic};
use time::macros::format_description;

use super::chart::Chart;
use crate::authentication::SignedIn;
use crate::dashboard::frame::{Frame, Section};
use crate::dashboard::paging::{PAGE_SIZE, Pages};
use crate::dashboard::wording::count::{bytes, counted, grouped};
use crate::dashboard::wording::shown_time::{ShownTime, month};

#[derive(Template)]
#[template(path = "usage.html")]
pub(super) struct UsagePage {
    frame: Frame,
    month: String,
    to: ShownTime,
    total: String,
    live: String,
    test: String,
    /// Traffic of the month. `None` if there was none: then keys and days show none either.
    traffic: Option<TrafficCells>,
    chart: Chart,
    keys: Vec<KeyRow>,
    pages: Option<Pages>,
    days: Vec<DayRow>,
}

struct KeyRow {
    name: String,
    prefix: String,
    is_test: bool,
    /// Requests in per cent of the most used key's.
    share: u64,
    requests: String,
    traffic: TrafficCells,
}

struct DayRow {
    date: String,
    live: String,
    test: String,
    all: String,
    traffic: TrafficCells,
}

struct TrafficCells {
    sessions: String,
    up: Bytes,
    down: Bytes,
}

/// A number of bytes: rounded to read, exact for the tooltip and for copying.
struct Bytes {
    rounded: String,
    exact: String,
    number: u64,
}

impl UsagePage {
    pub(super) fn new(user: &SignedIn, report: &MonthlyUsage, page: u32) -> Self {
        let rows = report.by_key.len() as u64;
        let pages = u32::try_from(rows.div_ceil(u64::from(PAGE_SIZE))).unwrap_or(u32::MAX).max(1);
        let page = page.min(pages);
        Self {
            frame: Frame::new(user, Section::Usage),
            month: month(report.from),
            to: ShownTime::exact(report.to),
            total: grouped(report.total_requests),
            live: grouped(report.by_day.iter().map(|day| day.live).sum()),
            test: grouped(report.by_day.iter().map(|day| day.test).sum()),
            traffic: Some(report.total_traffic).filter(|traffic| !traffic.is_none()).map(TrafficCells::new),
            chart: Chart::new(&report.by_day),
            keys: key_rows(&report.by_key, page),
            pages: Pages::new(page, pages, rows, |page| format!("/usage?page={page}#by-key")),
            days: report.by_day.iter().rev().map(DayRow::new).collect(),
        }
    }
}

fn key_rows(keys: &[KeyUsage], page: u32) -> Vec<KeyRow> {
    let most = keys.first().map_or(1, |key| key.requests).max(1);
    let page_size = usize::try_from(PAGE_SIZE).unwrap_or(usize::MAX);
    let start = usize::try_from(page - 1).unwrap_or(usize::MAX).saturating_mul(page_size);
    keys.iter().skip(start).take(page_size).map(|key| KeyRow::new(key, most)).collect()
}

impl KeyRow {
    fn new(key: &KeyUsage, most: u64) -> Self {
        let share = u128::from(key.requests) * 100 / u128::from(most);
        Self {
            name: key.key_name.as_str().to_owned(),
            prefix: key.key_prefix.as_str().to_owned(),
            is_test: key.mode == KeyMode::Test,
            share: u64::try_from(share).unwrap_or(100).max(u64::from(key.requests > 0)),
            requests: grouped(key.requests),
            traffic: TrafficCells::new(key.traffic),
        }
    }
}

impl DayRow {
    fn new(day: &DayUsage) -> Self {
        let format = format_description!("[weekday repr:short] [day padding:none] [month repr:short]");
        Self {
            date: day.date.format(format).unwrap_or_default(),
            live: grouped(day.live),
            test: grouped(day.test),
            all: grouped(day.requests()),
            traffic: TrafficCells::new(day.traffic),
        }
    }
}

impl TrafficCells {
    fn new(traffic: Traffic) -> Self {
        Self {
            sessions: grouped(traffic.sessions),
            up: Bytes::new(traffic.bytes_up),
            down: Bytes::new(traffic.bytes_down),
        }
    }
}

impl Bytes {
    fn new(number: u64) -> Self {
        Self { rounded: bytes(number), exact: counted(number, "byte"), number }
    }
}
