//! Our own few statements: a connection per operation, as each test has a runtime of its own.

use tokio::task::JoinHandle;
use tokio_postgres::{Client, NoTls};

use crate::error::{LocalPostgresError, Result};

/// PostgreSQL cuts longer names silently; two of them could then be one.
const MAX_NAME: usize = 63;

#[derive(Debug)]
pub(crate) struct Connection {
    client: Client,
    driver: JoinHandle<()>,
}

impl Connection {
    pub(crate) async fn open(url: &str) -> Result<Self> {
        let (client, connection) = tokio_postgres::connect(url, NoTls)
            .await
            .map_err(|source| failed("connect to the private PostgreSQL", source))?;
        let driver = tokio::spawn(async move {
            // Each statement returns the error, too.
            let _ = connection.await;
        });
        Ok(Self { client, driver })
    }

    /// Returns once the server knows; an open connection would keep its database from being dropped.
    pub(crate) async fn close(self) {
        drop(self.client);
        let _ = self.driver.await;
    }

    pub(crate) async fn execute(&self, statement: &str) -> Result<()> {
        self.client.batch_execute(statement).await.map_err(|source| failed(statement, source))
    }

    pub(crate) async fn databases(&self) -> Result<Vec<String>> {
        let statement = "SELECT datname FROM pg_database";
        let rows = self.client.query(statement, &[]).await.map_err(|source| failed(statement, source))?;
        rows.iter().map(|row| row.try_get(0).map_err(|source| failed(statement, source))).collect()
    }

    pub(crate) async fn has_database(&self, name: &str) -> Result<bool> {
        Ok(self.databases().await?.iter().any(|each| each == name))
    }

    pub(crate) async fn drop_database(&self, name: &str) -> Result<()> {
        self.execute(&format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", quoted(name))).await
    }

    pub(crate) async fn create_database_if_missing(&self, name: &str) -> Result<()> {
        check_length(name, MAX_NAME)?;
        if self.has_database(name).await? {
            return Ok(());
        }
        match self.execute(&format!("CREATE DATABASE {}", quoted(name))).await {
            // Another process created it first.
            Err(_) if self.has_database(name).await? => Ok(()),
            result => result,
        }
    }
}

pub(crate) fn check_length(name: &str, limit: usize) -> Result<()> {
    if name.len() > limit {
        return Err(LocalPostgresError::NameTooLong { name: name.to_owned(), limit });
    }
    Ok(())
}

/// As an identifier.
pub(crate) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn failed(action: &str, source: tokio_postgres::Error) -> LocalPostgresError {
    let detail = source.as_db_error().map_or_else(|| describe(&source), ToString::to_string);
    LocalPostgresError::Sql { action: action.to_owned(), detail, source }
}

/// With its causes: the driver's own words are only "error connecting to server".
fn describe(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
