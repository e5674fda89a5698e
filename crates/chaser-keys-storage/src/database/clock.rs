//! Reading PostgreSQL's clock.

use chaser_keys_node::DatabaseClock;
use diesel::dsl::sql;
use diesel::expression::SqlLiteral;
use diesel::sql_types::Timestamptz;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use time::OffsetDateTime;

/// The time by PostgreSQL's clock: of this statement, not of the transaction's start. For a decision, read it after the
/// lock is taken.
pub(crate) async fn now(
    clock: &DatabaseClock,
    connection: &mut AsyncPgConnection,
) -> diesel::QueryResult<OffsetDateTime> {
    let now = diesel::select(clock_timestamp()).get_result::<OffsetDateTime>(connection).await?;
    Ok(clock.adjust(now))
}

/// The time as a column, for a query that reads it along with a row. Not for predicates: they would miss
/// [`DatabaseClock::adjust`].
pub(crate) fn clock_timestamp() -> SqlLiteral<Timestamptz> {
    sql::<Timestamptz>("clock_timestamp()")
}
