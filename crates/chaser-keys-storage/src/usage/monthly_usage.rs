//! A workspace's usage in the current month.

use chaser_keys::{DisplayPrefix, KeyId, KeyMode, KeyName, WorkspaceId};
use chaser_keys_node::Traffic;
use diesel::dsl::{sql, sum};
use diesel::expression::SqlLiteral;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use time::{Date, OffsetDateTime, Time};
use uuid::Uuid;

use crate::database::schema::{api_keys, key_usage};
use crate::{CorruptRow, StorageError, Store};

/// How a workspace's keys were used in the current UTC month; up to a flush interval late.
#[derive(Clone, Debug)]
pub struct MonthlyUsage {
    /// Midnight UTC of the month's first day.
    pub from: OffsetDateTime,
    /// The time of reading, by PostgreSQL's clock.
    pub to: OffsetDateTime,
    /// The sum of all keys' requests, including those of revoked keys.
    pub total_requests: u64,
    /// The sum of all keys' traffic, including that of revoked keys.
    pub total_traffic: Traffic,
    /// Every key that was used, by requests, the most used first.
    pub by_key: Vec<KeyUsage>,
    /// Every day from the first to today, also those without use.
    pub by_day: Vec<DayUsage>,
}

/// The use of one key in the month.
#[derive(Clone, Debug)]
pub struct KeyUsage {
    /// The key's id; the key may be revoked.
    pub key_id: KeyId,
    /// The beginning of its secret, which may be shown.
    pub key_prefix: DisplayPrefix,
    /// Its present name, not the one at the time of use.
    pub key_name: KeyName,
    /// Whether it is a live or a test key.
    pub mode: KeyMode,
    /// Requests that it authenticated since the month began.
    pub requests: u64,
    /// Sessions and bytes since the month began.
    pub traffic: Traffic,
}

/// The use of all keys on one day.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct DayUsage {
    /// The day in UTC.
    pub date: Date,
    /// Requests that live keys authenticated.
    pub live: u64,
    /// Requests that test keys authenticated.
    pub test: u64,
    /// Sessions and bytes of live and test keys together.
    pub traffic: Traffic,
}

impl DayUsage {
    /// Requests of live and test keys together.
    #[must_use]
    pub const fn requests(&self) -> u64 {
        self.live + self.test
    }
}

impl Store {
    /// A workspace's usage in the current month, all of it from one snapshot.
    pub async fn usage_of_current_month(
        &self,
        workspace_id: WorkspaceId,
    ) -> Result<MonthlyUsage, StorageError> {
        // The total, the keys and the days must agree while counts are being written.
        self.database.snapshot(async |connection| self.usage_on(connection, workspace_id).await).await
    }

    async fn usage_on(
        &self,
        connection: &mut AsyncPgConnection,
        workspace_id: WorkspaceId,
    ) -> Result<MonthlyUsage, StorageError> {
        let to = self.now(connection).await?;
        let first_day = to.date().replace_day(1).unwrap_or(to.date());
        let by_key = usage_by_key(connection, workspace_id, first_day).await?;
        let counted = usage_by_day(connection, workspace_id, first_day).await?;
        Ok(MonthlyUsage {
            from: first_day.with_time(Time::MIDNIGHT).assume_utc(),
            to,
            total_requests: by_key.iter().map(|usage| usage.requests).sum(),
            total_traffic: by_key.iter().map(|usage| usage.traffic).sum(),
            by_key,
            by_day: every_day(first_day, to.date(), &counted),
        })
    }
}

/// Requests, sessions, bytes up, bytes down.
type Sums = (i64, i64, i64, i64);

type KeyUsageRow = (Uuid, String, String, String, Sums);

async fn usage_by_key(
    connection: &mut AsyncPgConnection,
    workspace_id: WorkspaceId,
    first_day: Date,
) -> Result<Vec<KeyUsage>, StorageError> {
    let rows = key_usage::table
        .inner_join(api_keys::table)
        .filter(key_usage::workspace_id.eq(workspace_id.as_uuid()))
        .filter(key_usage::day.ge(first_day))
        .group_by((api_keys::id, api_keys::prefix, api_keys::name, api_keys::mode))
        .order((sum(key_usage::requests).desc(), api_keys::id))
        .select((api_keys::id, api_keys::prefix, api_keys::name, api_keys::mode, sums()))
        .load::<KeyUsageRow>(connection)
        .await?;
    Ok(rows.into_iter().map(parse_key_usage).collect::<Result<_, _>>()?)
}

fn parse_key_usage((id, prefix, name, mode, sums): KeyUsageRow) -> Result<KeyUsage, CorruptRow> {
    let corrupt = |table, column| CorruptRow { table, column, id: id.to_string() };
    Ok(KeyUsage {
        key_id: KeyId::from_uuid(id),
        key_prefix: prefix.parse().map_err(|_| corrupt("api_keys", "prefix"))?,
        key_name: name.parse().map_err(|_| corrupt("api_keys", "name"))?,
        mode: mode.parse().map_err(|_| corrupt("api_keys", "mode"))?,
        requests: requests(&sums),
        traffic: traffic(&sums),
    })
}

/// A day, a mode and the sums of both.
type DayRow = (Date, String, Sums);

async fn usage_by_day(
    connection: &mut AsyncPgConnection,
    workspace_id: WorkspaceId,
    first_day: Date,
) -> Result<Vec<DayRow>, StorageError> {
    Ok(key_usage::table
        .inner_join(api_keys::table)
        .filter(key_usage::workspace_id.eq(workspace_id.as_uuid()))
        .filter(key_usage::day.ge(first_day))
        .group_by((key_usage::day, api_keys::mode))
        .select((key_usage::day, api_keys::mode, sums()))
        .load(connection)
        .await?)
}

type Sum = SqlLiteral<BigInt>;

/// PostgreSQL sums `bigint` to `numeric`. A month's requests fit a `bigint` again; what services submit need not, and is
/// cut to the largest.
fn sums() -> (Sum, Sum, Sum, Sum) {
    (
        sql("sum(requests)::bigint"),
        sql("least(sum(sessions), 9223372036854775807)::bigint"),
        sql("least(sum(bytes_up), 9223372036854775807)::bigint"),
        sql("least(sum(bytes_down), 9223372036854775807)::bigint"),
    )
}

/// Constraints keep every count from being negative.
fn requests((requests, ..): &Sums) -> u64 {
    requests.unsigned_abs()
}

fn traffic((_, sessions, bytes_up, bytes_down): &Sums) -> Traffic {
    Traffic {
        sessions: sessions.unsigned_abs(),
        bytes_up: bytes_up.unsigned_abs(),
        bytes_down: bytes_down.unsigned_abs(),
    }
}

/// Fills in the days on which nothing was counted.
fn every_day(first: Date, last: Date, counted: &[DayRow]) -> Vec<DayUsage> {
    std::iter::successors(Some(first), |day| day.next_day())
        .take_while(|day| *day <= last)
        .map(|date| one_day(date, counted))
        .collect()
}

fn one_day(date: Date, counted: &[DayRow]) -> DayUsage {
    let of_day = || counted.iter().filter(|(day, ..)| *day == date);
    let of_mode = |wanted: KeyMode| {
        of_day().filter(|(_, mode, _)| wanted.as_str() == mode).map(|(.., sums)| requests(sums)).sum()
    };
    DayUsage {
        date,
        live: of_mode(KeyMode::Live),
        test: of_mode(KeyMode::Test),
        traffic: of_day().map(|(.., sums)| traffic(sums)).sum(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::Month;

    #[test]
    fn days_without_use_are_zeros() {
        let day = |day| Date::from_calendar_date(2026, Month::June, day).unwrap();
        let counted =
            [(day(2), "live".to_owned(), (23, 1, 10, 100)), (day(2), "test".to_owned(), (4, 2, 20, 200))];
        let days = every_day(day(1), day(3), &counted);
        let nothing = Traffic::default();
        let both = Traffic { sessions: 3, bytes_up: 30, bytes_down: 300 };
        let expected = [(1, 0, 0, nothing), (2, 23, 4, both), (3, 0, 0, nothing)]
            .map(|(date, live, test, traffic)| DayUsage { date: day(date), live, test, traffic });
        assert_eq!(days, expected);
    }
}
