//! Templates: a database prepared once, from which every test's database is copied.

use std::collections::BTreeSet;
use std::future::Future;

use tokio::sync::Mutex;

use crate::error::{BoxError, LocalPostgresError, Result};
use crate::local_postgres::LocalPostgres;
use crate::sql::{Connection, check_length, quoted};

const READY_PREFIX: &str = "template_";
/// As long as the other, so that a name that fits one fits both.
const PREPARING_PREFIX: &str = "unready__";
const LONGEST_TEMPLATE: usize = 63 - READY_PREFIX.len();

/// The templates this process has found complete, behind the lock under which they are prepared.
#[derive(Debug, Default)]
pub(crate) struct Templates {
    ready: Mutex<BTreeSet<String>>,
}

impl Templates {
    /// Returns the database to copy.
    pub(crate) async fn ensure<P, F>(
        &self,
        postgres: &LocalPostgres,
        template: &str,
        prepare: P,
    ) -> Result<String>
    where
        P: FnOnce(String) -> F,
        F: Future<Output = Result<(), BoxError>>,
    {
        check_length(template, LONGEST_TEMPLATE)?;
        let database = format!("{READY_PREFIX}{template}");
        let mut ready = self.ready.lock().await;
        if !ready.contains(template) {
            let connection = Connection::open(&postgres.database_url("postgres")).await?;
            let outcome = match connection.has_database(&database).await {
                Ok(true) => Ok(()),
                Ok(false) => {
                    let build = Build { postgres, connection: &connection, template, ready: &ready };
                    build.run(&database, prepare).await
                }
                Err(error) => Err(error),
            };
            connection.close().await;
            outcome?;
            ready.insert(template.to_owned());
        }
        Ok(database)
    }
}

struct Build<'a> {
    postgres: &'a LocalPostgres,
    connection: &'a Connection,
    template: &'a str,
    ready: &'a BTreeSet<String>,
}

impl Build<'_> {
    /// The name says whether it is complete: renaming is atomic, so a half-prepared one is never copied.
    async fn run<P, F>(&self, database: &str, prepare: P) -> Result<()>
    where
        P: FnOnce(String) -> F,
        F: Future<Output = Result<(), BoxError>>,
    {
        self.drop_stale().await?;
        let preparing = format!("{PREPARING_PREFIX}{}", self.template);
        self.connection.drop_database(&preparing).await?;
        self.connection.execute(&format!("CREATE DATABASE {}", quoted(&preparing))).await?;
        prepare(self.postgres.database_url(&preparing))
            .await
            .map_err(|source| LocalPostgresError::Prepare { template: self.template.to_owned(), source })?;
        self.close_to_connections(&preparing).await?;
        let rename = format!("ALTER DATABASE {} RENAME TO {}", quoted(&preparing), quoted(database));
        self.connection.execute(&rename).await
    }

    /// PostgreSQL copies no database in which someone is connected.
    async fn close_to_connections(&self, database: &str) -> Result<()> {
        let name = quoted(database);
        self.connection.execute(&format!("ALTER DATABASE {name} WITH ALLOW_CONNECTIONS false")).await?;
        let literal = database.replace('\'', "''");
        let terminate = format!(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{literal}' AND backend_type = 'client backend'"
        );
        self.connection.execute(&terminate).await
    }

    /// The same family with another hash is of migrations that are no more.
    async fn drop_stale(&self) -> Result<()> {
        for database in self.connection.databases().await? {
            let ours =
                database.strip_prefix(READY_PREFIX).or_else(|| database.strip_prefix(PREPARING_PREFIX));
            if let Some(other) = ours
                && family(other) == family(self.template)
                && !self.ready.contains(other)
            {
                self.connection.drop_database(&database).await?;
            }
        }
        Ok(())
    }
}

/// The name without the hash after its last `-` or `_`.
fn family(template: &str) -> &str {
    template.rsplit_once(['-', '_']).map_or(template, |(family, _)| family)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::Options;

    async fn nothing(_: String) -> Result<(), BoxError> {
        Ok(())
    }

    async fn names(connection: &Connection) -> Vec<String> {
        let mut names = connection.databases().await.unwrap();
        names.retain(|name| name.contains('-'));
        names.sort();
        names
    }

    #[tokio::test]
    async fn a_new_hash_replaces_its_family_and_what_a_killed_process_began() {
        let postgres = LocalPostgres::start(Options::temporary()).unwrap();
        let admin = Connection::open(&postgres.database_url("postgres")).await.unwrap();
        // Each process knows only its own.
        Templates::default().ensure(&postgres, "keys-1", nothing).await.unwrap();
        Templates::default().ensure(&postgres, "keys-seeded-1", nothing).await.unwrap();
        let begun = postgres.create_database("unready__keys-2").await.unwrap();
        let killed = Connection::open(&begun).await.unwrap();
        killed.execute("CREATE TABLE half (v int)").await.unwrap();
        killed.close().await;

        let whole = async |url: String| {
            let connection = Connection::open(&url).await?;
            // Fails where the half-prepared one is used again.
            connection.execute("CREATE TABLE half (v int)").await?;
            connection.close().await;
            Ok(())
        };
        let database = Templates::default().ensure(&postgres, "keys-2", whole).await.unwrap();
        assert_eq!(database, "template_keys-2");
        assert_eq!(names(&admin).await, ["template_keys-2", "template_keys-seeded-1"]);
    }

    #[tokio::test]
    async fn two_templates_of_a_family_live_together_in_one_process() {
        let postgres = LocalPostgres::start(Options::temporary()).unwrap();
        let admin = Connection::open(&postgres.database_url("postgres")).await.unwrap();
        let templates = Templates::default();
        templates.ensure(&postgres, "keys-1", nothing).await.unwrap();
        templates.ensure(&postgres, "keys-2", nothing).await.unwrap();
        assert_eq!(names(&admin).await, ["template_keys-1", "template_keys-2"]);
    }

    #[tokio::test]
    async fn a_name_too_long_is_refused() {
        let postgres = LocalPostgres::start(Options::temporary()).unwrap();
        let outcome = Templates::default().ensure(&postgres, &"k".repeat(55), nothing).await;
        assert!(matches!(outcome, Err(LocalPostgresError::NameTooLong { limit: 54, .. })), "{outcome:?}");
    }
}
