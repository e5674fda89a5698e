//! Asking PostgreSQL for the time, and comparing with it.

use chaser_keys_node::DatabaseClock;
use diesel::dsl::sql;
use diesel::expression::SqlLiteral;
use diesel::sql_types::{Nullable, Timestamptz};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use time::OffsetDateTime;

/// The time now, by PostgreSQL's clock: not the start of the transaction, but this very moment. Ask for it after a lock
/// was taken.
pub(crate) async fn now(
    clock: &DatabaseClock,
    connection: &mut AsyncPgConnection,
) -> diesel::QueryResult<OffsetDateTime> {
    let now = diesel::select(clock_timestamp()).get_result::<OffsetDateTime>(connection).await?;
    Ok(clock.adjust(now))
}

/// The expression, for queries that bring the time along with their rows.
pub(crate) fn clock_timestamp() -> SqlLiteral<Timestamptz> {
    sql::<Timestamptz>("clock_timestamp()")
}

diesel::define_sql_function! {
    /// Whether a key with this end authenticates at a moment: the domain's rule, as the schema has it.
    fn key_authenticates_at(revoked_at: Nullable<Timestamptz>, at: Timestamptz) -> Bool;
}
