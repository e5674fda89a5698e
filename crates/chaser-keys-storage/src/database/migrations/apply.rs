//! Applying the migrations. The first node to take an advisory lock does it.

use chaser_keys_node::postgres::{DatabaseUrl, refuse_transaction_pooler};
use diesel_async::{AsyncMigrationHarness, AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use diesel_migrations::MigrationHarness;

use super::pending::pending;
use super::privilege::check_right_to_create;
use super::{MIGRATIONS, TIMEOUTS};
use crate::database::connect::connect;
use crate::error::{BoxError, MigrationError};

/// "chaserks" in ASCII. The number does not matter, as long as every version of this program uses the same.
const ADVISORY_LOCK: i64 = i64::from_be_bytes(*b"chaserks");

/// Applies the pending migrations in order and returns their names. Nodes that start at the same time may all call
/// it: an advisory lock lets one migrate, and the others then find nothing to do.
///
/// # Errors
/// [`MigrationError`]. A migration that fails is rolled back; those before it stay applied.
pub async fn run_migrations(url: &DatabaseUrl) -> Result<Vec<String>, MigrationError> {
    refuse_transaction_pooler(url, TIMEOUTS.connect).await?;
    let mut connection = connect(url, TIMEOUTS).await?;
    lock(&mut connection).await?;
    if pending(&mut connection).await?.is_empty() {
        return Ok(Vec::new());
    }
    check_right_to_create(&mut connection).await?;
    // A change that waits for a lock makes every later query wait behind it: better to fail and retry.
    connection.batch_execute("set lock_timeout = '3s'").await?;
    with_harness(connection, |harness| {
        let pending = harness.pending_migrations(MIGRATIONS)?;
        harness.run_migrations(&pending)?;
        Ok(pending.iter().map(|migration| migration.name().to_string()).collect())
    })
    .await
    // Dropping the connection releases the lock, also after a failure.
}

/// Reverts every migration, the newest first: for tests of the `down.sql` files.
#[cfg(test)]
pub(crate) async fn revert_migrations(url: &DatabaseUrl) -> Result<Vec<String>, MigrationError> {
    let connection = connect(url, TIMEOUTS).await?;
    with_harness(connection, |harness| {
        let reverted = harness.revert_all_migrations(MIGRATIONS)?;
        Ok(reverted.iter().map(ToString::to_string).collect())
    })
    .await
}

async fn lock(connection: &mut AsyncPgConnection) -> Result<(), MigrationError> {
    let lock = diesel::sql_query("select pg_advisory_lock($1)");
    lock.bind::<diesel::sql_types::BigInt, _>(ADVISORY_LOCK).execute(connection).await?;
    Ok(())
}

/// On a thread that may block, as diesel's migrations do.
async fn with_harness<T: Send + 'static>(
    connection: AsyncPgConnection,
    work: impl FnOnce(&mut AsyncMigrationHarness<AsyncPgConnection>) -> Result<T, BoxError> + Send + 'static,
) -> Result<T, MigrationError> {
    let blocking = tokio::task::spawn_blocking(move || work(&mut AsyncMigrationHarness::new(connection)));
    let finished = blocking.await.map_err(|error| MigrationError::Failed(error.into()))?;
    // As text: the error itself holds PostgreSQL's details, which repeat values.
    finished.map_err(|error| MigrationError::Failed(error.to_string().into()))
}

#[cfg(test)]
mod tests {
    use super::super::pending_migrations;
    use super::*;
    use local_postgres::{LocalPostgres, Options, TestDatabase};

    /// Every column, constraint, index and comment, in PostgreSQL's own words.
    const SCHEMA: &str = "
        select table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable as line
        from information_schema.columns where table_schema = 'public'
        union all select conrelid::regclass || ' ' || pg_get_constraintdef(oid)
        from pg_constraint where connamespace = 'public'::regnamespace
        union all select indexdef from pg_indexes where schemaname = 'public'
        union all select objoid::regclass || ' ' || objsubid || ' ' || description
        from pg_description where classoid = 'pg_class'::regclass
            and objoid in (select oid from pg_class where relnamespace = 'public'::regnamespace)
        order by line";

    async fn schema(url: &str) -> Vec<String> {
        let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await.unwrap();
        tokio::spawn(connection);
        client.query(SCHEMA, &[]).await.unwrap().iter().map(|row| row.get(0)).collect()
    }

    async fn empty_database() -> TestDatabase {
        TestDatabase::from_template("chaser_keys_empty-0", |_| async { Ok(()) }).await.unwrap()
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn migrations_go_up_down_and_up_again_to_the_same_schema() {
        let database = empty_database().await;
        let url: DatabaseUrl = database.url().parse().unwrap();
        let applied = run_migrations(&url).await.unwrap();
        let first = schema(database.url()).await;
        assert!(first.iter().any(|line| line.starts_with("api_keys.digest bytea NO")), "{first:#?}");

        let reverted = revert_migrations(&url).await.unwrap();
        assert_eq!(reverted.len(), applied.len());
        let left = schema(database.url()).await;
        assert!(left.iter().all(|line| line.contains("__diesel_schema_migrations")), "{left:#?}");

        assert_eq!(run_migrations(&url).await.unwrap(), applied);
        assert_eq!(schema(database.url()).await, first);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn ten_nodes_that_migrate_an_empty_database_at_once_apply_each_migration_once() {
        let database = empty_database().await;
        let url: DatabaseUrl = database.url().parse().unwrap();
        let known = pending_migrations(&url).await.unwrap();
        let nodes: Vec<_> = (0..10)
            .map(|_| {
                tokio::spawn({
                    let url = url.clone();
                    async move { run_migrations(&url).await }
                })
            })
            .collect();
        let mut applied = Vec::new();
        for node in nodes {
            applied.extend(node.await.unwrap().expect("every node finds a current schema"));
        }
        assert_eq!(applied.len(), known.len());
        assert_eq!(pending_migrations(&url).await.unwrap(), Vec::<String>::new());
    }

    /// Without the lock the same ten collide: the test above can fail.
    #[tokio::test(flavor = "multi_thread")]
    async fn without_the_advisory_lock_ten_nodes_collide() {
        let database = empty_database().await;
        let url: DatabaseUrl = database.url().parse().unwrap();
        let nodes: Vec<_> = (0..10)
            .map(|_| {
                tokio::spawn({
                    let url = url.clone();
                    async move {
                        let connection = connect(&url, TIMEOUTS).await.unwrap();
                        with_harness(connection, |harness| {
                            Ok(harness.run_pending_migrations(MIGRATIONS)?.len())
                        })
                        .await
                    }
                })
            })
            .collect();
        let mut failures = 0;
        for node in nodes {
            failures += usize::from(node.await.unwrap().is_err());
        }
        assert!(failures > 0);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn an_unreachable_database_is_unavailable_not_migrated() {
        let mut postgres = tokio::task::spawn_blocking(|| LocalPostgres::start(Options::temporary()))
            .await
            .unwrap()
            .unwrap();
        let url: DatabaseUrl = postgres.database_url("postgres").parse().unwrap();
        postgres.stop();
        let error = run_migrations(&url).await.unwrap_err();
        assert!(error.is_unavailable() && !error.is_missing_database(), "{error:?}");
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_database_that_nobody_created_is_missing() {
        let database = empty_database().await;
        let url: DatabaseUrl = database.url().replace(database.name(), "nobody_created").parse().unwrap();
        for error in [run_migrations(&url).await.unwrap_err(), pending_migrations(&url).await.unwrap_err()] {
            assert!(error.is_missing_database(), "{error:?}");
            assert!(error.is_unavailable(), "an operator may still create it: {error:?}");
        }
    }
}
