//! What time it is: PostgreSQL's answer, the same for every node.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use diesel::dsl::sql;
use diesel::expression::SqlLiteral;
use diesel::sql_types::Timestamptz;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use time::{Duration, OffsetDateTime};

/// PostgreSQL's clock. No node's own clock decides anything, so one that is an hour off neither extends
/// nor shortens a key's life.
///
/// The time is read as a value and bound like any other; no statement compares with `now()`, so that a
/// test which moves this clock moves everything.
#[derive(Clone, Debug, Default)]
pub struct DatabaseClock {
    /// Microseconds that tests have added.
    offset: Arc<AtomicI64>,
}

impl DatabaseClock {
    /// Moves this store's clock on. For tests: a grace period of seven days passes in no time.
    pub fn advance(&self, by: Duration) {
        let microseconds = i64::try_from(by.whole_microseconds()).unwrap_or(i64::MAX);
        self.offset.fetch_add(microseconds, Ordering::SeqCst);
    }

    /// The time now, by PostgreSQL's clock: not the start of the transaction, but this very moment, so
    /// that it is asked for after a lock was taken.
    pub(crate) async fn now(
        &self,
        connection: &mut AsyncPgConnection,
    ) -> diesel::QueryResult<OffsetDateTime> {
        let now = diesel::select(clock_timestamp()).get_result::<OffsetDateTime>(connection).await?;
        Ok(self.adjust(now))
    }

    /// Applies the tests' offset to a time that came with a row.
    pub(crate) fn adjust(&self, database_time: OffsetDateTime) -> OffsetDateTime {
        database_time + Duration::microseconds(self.offset_microseconds())
    }

    /// What tests have added.
    pub(crate) fn offset_microseconds(&self) -> i64 {
        AtomicI64::load(&self.offset, Ordering::SeqCst)
    }
}

/// The expression, for queries that bring the time along with their rows.
pub(crate) fn clock_timestamp() -> SqlLiteral<Timestamptz> {
    sql::<Timestamptz>("clock_timestamp()")
}
