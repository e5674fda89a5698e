//! The SQL function that decides whether a key authenticates: [`chaser_keys::Expiry`], as the schema has it.

use diesel::sql_types::{Nullable, Timestamptz};

diesel::define_sql_function! {
    /// Whether a key that ends at `revoked_at` (null: never) authenticates at `at`.
    fn key_authenticates_at(revoked_at: Nullable<Timestamptz>, at: Timestamptz) -> Bool;
}

#[cfg(test)]
mod tests {
    use chaser_keys::Expiry;
    use diesel_async::{AsyncPgConnection, RunQueryDsl};
    use time::{Duration, OffsetDateTime};

    use super::key_authenticates_at;
    use crate::StorageError;
    use crate::testing::{migrated_database, peppers, start_node};

    async fn in_sql(
        connection: &mut AsyncPgConnection,
        revoked_at: Option<OffsetDateTime>,
        at: OffsetDateTime,
    ) -> Result<bool, StorageError> {
        Ok(diesel::select(key_authenticates_at(revoked_at, at)).get_result(connection).await?)
    }

    #[tokio::test]
    async fn the_schema_and_the_domain_have_one_rule() {
        let database = migrated_database().await;
        let store = start_node(database.url(), peppers(), crate::StoreOptions::default()).await;
        let end = OffsetDateTime::from_unix_timestamp(1_781_352_000).unwrap() + Duration::microseconds(5);
        let table = [
            (None, end, true),
            (Some(end), end - Duration::DAY, true),
            (Some(end), end - Duration::MICROSECOND, true),
            (Some(end), end, false),
            (Some(end), end + Duration::MICROSECOND, false),
            (Some(end), end + Duration::DAY, false),
        ];
        for (revoked_at, at, authenticates) in table {
            assert_eq!(Expiry::from(revoked_at).authenticates_at(at), authenticates, "{revoked_at:?} {at}");
            let answered = store.database.run(async |connection| in_sql(connection, revoked_at, at).await);
            assert_eq!(answered.await.unwrap(), authenticates, "{revoked_at:?} {at}");
        }
    }
}
