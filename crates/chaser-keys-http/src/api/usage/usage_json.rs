//! Usage as JSON.

use chaser_keys::{DisplayPrefix, KeyId, KeyName};
use chaser_keys_storage::{DayUsage, KeyUsage, MonthlyUsage, Traffic};
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::Timestamp;

/// Use of a workspace in a period.
#[derive(Serialize, ToSchema)]
#[schema(as = Usage)]
pub(crate) struct UsageJson {
    /// Always `current`: the current month.
    period: &'static str,
    #[schema(value_type = String, format = "date-time", example = "2026-06-01T00:00:00Z")]
    from: Timestamp,
    #[schema(value_type = String, format = "date-time", example = "2026-06-13T11:16:13Z")]
    to: Timestamp,
    /// All keys together, which is all days together.
    totals: AmountsJson,
    /// Every key that was used, the most used first.
    by_key: Vec<KeyUsageJson>,
    /// Every day of the period so far; days without use are zeros.
    by_day: Vec<DayUsageJson>,
}

/// Amounts of use. Sessions are those that services reported; bytes are those of request and response bodies, forwarded
/// by this server or reported.
#[derive(Serialize, ToSchema)]
#[schema(as = UsageAmounts)]
pub(crate) struct AmountsJson {
    /// Authenticated requests.
    requests: u64,
    sessions: u64,
    /// Towards the API.
    bytes_up: u64,
    /// From the API.
    bytes_down: u64,
    /// Both ways.
    bytes_total: u64,
}

/// One key's share.
#[derive(Serialize, ToSchema)]
#[schema(as = KeyUsage)]
pub(crate) struct KeyUsageJson {
    #[schema(value_type = String, format = "uuid")]
    key_id: KeyId,
    #[schema(value_type = String, example = "cha_live_qMRiH5q")]
    key_prefix: DisplayPrefix,
    #[schema(value_type = String, example = "production")]
    key_name: KeyName,
    #[serde(flatten)]
    amounts: AmountsJson,
}

/// One day's share.
#[derive(Serialize, ToSchema)]
#[schema(as = DayUsage)]
pub(crate) struct DayUsageJson {
    /// A day in UTC.
    #[schema(format = "date", example = "2026-06-12")]
    date: String,
    #[serde(flatten)]
    amounts: AmountsJson,
}

impl AmountsJson {
    const fn new(requests: u64, traffic: Traffic) -> Self {
        Self {
            requests,
            sessions: traffic.sessions,
            bytes_up: traffic.bytes_up,
            bytes_down: traffic.bytes_down,
            bytes_total: traffic.bytes_total(),
        }
    }
}

impl From<MonthlyUsage> for UsageJson {
    fn from(report: MonthlyUsage) -> Self {
        Self {
            period: "current",
            from: Timestamp(report.from),
            to: Timestamp(report.to),
            totals: AmountsJson::new(report.total_requests, report.total_traffic),
            by_key: report.by_key.into_iter().map(KeyUsageJson::from).collect(),
            by_day: report.by_day.into_iter().map(DayUsageJson::from).collect(),
        }
    }
}

impl From<KeyUsage> for KeyUsageJson {
    fn from(usage: KeyUsage) -> Self {
        Self {
            key_id: usage.key_id,
            key_prefix: usage.key_prefix,
            key_name: usage.key_name,
            amounts: AmountsJson::new(usage.requests, usage.traffic),
        }
    }
}

impl From<DayUsage> for DayUsageJson {
    fn from(usage: DayUsage) -> Self {
        // `Date` displays as ISO 8601.
        Self { date: usage.date.to_string(), amounts: AmountsJson::new(usage.requests(), usage.traffic) }
    }
}
