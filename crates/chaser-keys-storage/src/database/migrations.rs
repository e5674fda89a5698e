//! The schema's history, embedded, and applied by whichever node comes first.

use std::collections::HashSet;
use std::time::Duration;

use chaser_keys_node::postgres::{ConnectionTimeouts, DatabaseError, DatabaseUrl, refuse_transaction_pooler};
use diesel::dsl::sql;
use diesel::migration::{Migration, MigrationSource};
use diesel::pg::Pg;
use diesel::sql_types::{Bool, Text};
use diesel::{QueryDsl, QueryResult};
use diesel_async::{AsyncMigrationHarness, AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use thiserror::Error;

use super::connect::connect;

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../../migrations");

/// Any number will do, as long as every node uses the same one: "chaserks" in ASCII.
const ADVISORY_LOCK: i64 = i64::from_be_bytes(*b"chaserks");

/// A migration may rewrite a table; a request may not wait that long.
const TIMEOUTS: ConnectionTimeouts = ConnectionTimeouts {
    connect: Duration::from_secs(5),
    statement: Duration::from_mins(10),
    idle_in_transaction: Duration::from_mins(10),
};

/// Why the schema could not be looked at or changed.
#[derive(Debug, Error)]
pub enum MigrationError {
    /// The database does not answer.
    #[error("the database is unavailable: {0}")]
    Unavailable(String),
    /// A connection that cannot be used, such as one through a pooler in transaction mode.
    #[error(transparent)]
    Connection(#[from] DatabaseError),
    /// PostgreSQL lets a role create tables in `public` only where the database is its own (since version 15).
    #[error(
        "the role {role} may create no tables in the database {database}: make it the owner (alter database {database} owner to {role}), or run `chaser-keys-server migrate` as one that may"
    )]
    MayNotCreate {
        /// Who asked.
        role: String,
        /// Where.
        database: String,
    },
    /// A migration failed; it was rolled back, and those before it stay applied.
    #[error("a migration failed and was rolled back: {0}")]
    Failed(String),
    /// The schema is older than this program.
    #[error("the schema is older than this program, which needs {}: run `chaser-keys-server migrate`", .0.join(", "))]
    Pending(Vec<String>),
}

impl MigrationError {
    /// Whether waiting may help.
    #[must_use]
    pub fn is_unavailable(&self) -> bool {
        match self {
            Self::Unavailable(_) => true,
            Self::Connection(error) => error.is_unavailable(),
            Self::MayNotCreate { .. } | Self::Failed(_) | Self::Pending(_) => false,
        }
    }
}

impl From<diesel::ConnectionError> for MigrationError {
    fn from(error: diesel::ConnectionError) -> Self {
        Self::Unavailable(error.to_string())
    }
}

impl From<diesel::result::Error> for MigrationError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Unavailable(error.to_string())
    }
}

/// Applies what is pending, in order, and tells the names of what it applied. Any number of nodes may
/// call it at once: an advisory lock lets one through, and the others then find nothing to do.
pub async fn run_migrations(url: &DatabaseUrl) -> Result<Vec<String>, MigrationError> {
    refuse_transaction_pooler(url, TIMEOUTS.connect).await?;
    let mut connection = connect(url, TIMEOUTS).await?;
    lock(&mut connection).await?;
    if pending(&mut connection).await?.is_empty() {
        return Ok(Vec::new());
    }
    may_create(&mut connection).await?;
    // A change that waits for a lock makes every later query wait behind it: better to fail and retry.
    connection.batch_execute("set lock_timeout = '3s'").await?;
    with_harness(connection, |harness| {
        let pending = harness.pending_migrations(MIGRATIONS)?;
        harness.run_migrations(&pending)?;
        Ok(pending.iter().map(|migration| migration.name().to_string()).collect())
    })
    .await
    // Closing the connection releases the lock, whatever happened.
}

/// Whether the role may create tables, which most migrations do.
pub async fn check_right_to_migrate(url: &DatabaseUrl) -> Result<(), MigrationError> {
    may_create(&mut connect(url, TIMEOUTS).await?).await
}

async fn may_create(connection: &mut AsyncPgConnection) -> Result<(), MigrationError> {
    let asked = "coalesce(has_schema_privilege(current_schema(), 'create'), false)";
    let asked =
        (sql::<Bool>(asked), sql::<Text>("current_user::text"), sql::<Text>("current_database()::text"));
    let (may, role, database) =
        diesel::select(asked).get_result::<(bool, String, String)>(connection).await?;
    if may { Ok(()) } else { Err(MigrationError::MayNotCreate { role, database }) }
}

/// Names of the migrations that this program knows and the database has not seen. A database that is
/// ahead is fine: old and new servers run side by side during a deploy.
///
/// Only looks: diesel's own way creates its table first, which a role that may change no schema cannot.
pub async fn pending_migrations(url: &DatabaseUrl) -> Result<Vec<String>, MigrationError> {
    pending(&mut connect(url, TIMEOUTS).await?).await
}

async fn pending(connection: &mut AsyncPgConnection) -> Result<Vec<String>, MigrationError> {
    let applied = applied_versions(connection).await?;
    let mut known: Vec<Box<dyn Migration<Pg>>> =
        MIGRATIONS.migrations().map_err(|error| MigrationError::Failed(error.to_string()))?;
    known.sort_by_key(|migration| migration.name().version().as_owned());
    let names = known.iter().map(Migration::name);
    let pending = names.filter(|name| !applied.contains(&name.version().to_string()));
    Ok(pending.map(ToString::to_string).collect())
}

diesel::table! {
    __diesel_schema_migrations (version) {
        version -> Text,
    }
}

async fn applied_versions(connection: &mut AsyncPgConnection) -> QueryResult<HashSet<String>> {
    let is_empty = diesel::select(sql::<Bool>("to_regclass('__diesel_schema_migrations') is null"));
    if is_empty.get_result(connection).await? {
        return Ok(HashSet::new());
    }
    let versions = __diesel_schema_migrations::table.select(__diesel_schema_migrations::version);
    Ok(versions.load(connection).await?.into_iter().collect())
}

/// Takes every migration back, the newest first: for tests of the `down.sql` files.
#[cfg(test)]
pub(crate) async fn revert_migrations(url: &DatabaseUrl) -> Result<Vec<String>, MigrationError> {
    let connection = connect(url, TIMEOUTS).await?;
    with_harness(connection, |harness| {
        let reverted = harness.revert_all_migrations(MIGRATIONS)?;
        Ok(reverted.iter().map(ToString::to_string).collect())
    })
    .await
}

/// Names the schema by the text of its migrations: a test template made from others has another name.
#[must_use]
pub const fn schema_fingerprint() -> &'static str {
    env!("CHASER_SCHEMA_FINGERPRINT")
}

async fn lock(connection: &mut AsyncPgConnection) -> Result<(), MigrationError> {
    let lock = diesel::sql_query("select pg_advisory_lock($1)");
    lock.bind::<diesel::sql_types::BigInt, _>(ADVISORY_LOCK).execute(connection).await?;
    Ok(())
}

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// diesel's migrations block; off the async threads they may.
async fn with_harness<T: Send + 'static>(
    connection: AsyncPgConnection,
    work: impl FnOnce(&mut AsyncMigrationHarness<AsyncPgConnection>) -> Result<T, Failure> + Send + 'static,
) -> Result<T, MigrationError> {
    let blocking = tokio::task::spawn_blocking(move || work(&mut AsyncMigrationHarness::new(connection)));
    let finished = blocking.await.map_err(|error| MigrationError::Failed(error.to_string()))?;
    finished.map_err(|error| MigrationError::Failed(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use local_postgres::{LocalPostgres, Options, TestDatabase};

    /// Every column, constraint, index and comment, in PostgreSQL's own words.
    const SCHEMA: &str = "
        select table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable as told
        from information_schema.columns where table_schema = 'public'
        union all select conrelid::regclass || ' ' || pg_get_constraintdef(oid)
        from pg_constraint where connamespace = 'public'::regnamespace
        union all select indexdef from pg_indexes where schemaname = 'public'
        union all select objoid::regclass || ' ' || objsubid || ' ' || description
        from pg_description where classoid = 'pg_class'::regclass
            and objoid in (select oid from pg_class where relnamespace = 'public'::regnamespace)
        order by told";

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
        assert!(run_migrations(&url).await.unwrap_err().is_unavailable());
    }
}
