//! One connection that several tasks use at the same time; opened when it is first needed, and again after it broke.
//!
//! A node runs few kinds of statements, each short, and `tokio-postgres` sends them one after the other over a single
//! connection. A pool would hold more connections than there is work for.

use std::collections::HashMap;
use std::sync::Arc;

use time::OffsetDateTime;
use tokio::runtime::Handle;
use tokio::sync::Mutex;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Row, Statement};

use super::connect::{ConnectionTimeouts, connect};
use super::database_error::DatabaseError;
use super::url::DatabaseUrl;

pub(crate) struct SharedConnection {
    url: DatabaseUrl,
    timeouts: ConnectionTimeouts,
    /// Drives the connection: the runtime that lives as long as the process, whichever worker asks first.
    runtime: Handle,
    open: Mutex<Option<Arc<OpenConnection>>>,
}

/// A connection with the statements that were prepared on it.
struct OpenConnection {
    client: Client,
    prepared: Mutex<HashMap<&'static str, Statement>>,
}

type Parameters<'a> = &'a [&'a (dyn ToSql + Sync)];

impl SharedConnection {
    pub(crate) fn new(url: &DatabaseUrl, timeouts: ConnectionTimeouts) -> Self {
        Self { url: url.clone(), timeouts, runtime: Handle::current(), open: Mutex::default() }
    }

    /// Runs a query, which is prepared once for each connection.
    pub(crate) async fn query(
        &self,
        statement: &'static str,
        parameters: Parameters<'_>,
    ) -> Result<Vec<Row>, DatabaseError> {
        self.run(async |connection| {
            let prepared = connection.prepare(statement).await?;
            connection.client.query(&prepared, parameters).await
        })
        .await
    }

    /// Runs a statement; the number of rows that it changed.
    pub(crate) async fn execute(
        &self,
        statement: &'static str,
        parameters: Parameters<'_>,
    ) -> Result<u64, DatabaseError> {
        self.run(async |connection| {
            let prepared = connection.prepare(statement).await?;
            connection.client.execute(&prepared, parameters).await
        })
        .await
    }

    /// The time now, by PostgreSQL's clock.
    pub(crate) async fn time(&self) -> Result<OffsetDateTime, DatabaseError> {
        let one_row = async |connection: &OpenConnection| {
            connection.client.query_one("select clock_timestamp()", &[]).await?.try_get(0)
        };
        self.run(one_row).await
    }

    /// A server that is frozen answers nothing, not even that a statement timed out: its connection is given up.
    async fn run<T>(
        &self,
        work: impl AsyncFnOnce(&OpenConnection) -> Result<T, tokio_postgres::Error>,
    ) -> Result<T, DatabaseError> {
        let connection = self.connection().await?;
        let limit = self.timeouts.statement;
        if let Ok(outcome) = tokio::time::timeout(limit, work(&connection)).await {
            return Ok(outcome?);
        }
        self.discard(&connection).await;
        Err(DatabaseError::Timeout(limit))
    }

    async fn connection(&self) -> Result<Arc<OpenConnection>, DatabaseError> {
        let mut open = self.open.lock().await;
        if let Some(connection) = open.as_ref().filter(|connection| !connection.client.is_closed()) {
            return Ok(Arc::clone(connection));
        }
        let (url, timeouts) = (self.url.clone(), self.timeouts);
        let opening = self.runtime.spawn(async move { open_connection(&url, timeouts).await });
        let connection = Arc::new(opening.await.map_err(|_| DatabaseError::Stopping)??);
        *open = Some(Arc::clone(&connection));
        Ok(connection)
    }

    /// Leaves a connection that another task has opened meanwhile.
    async fn discard(&self, broken: &Arc<OpenConnection>) {
        let mut open = self.open.lock().await;
        if open.as_ref().is_some_and(|connection| Arc::ptr_eq(connection, broken)) {
            *open = None;
        }
    }
}

async fn open_connection(
    url: &DatabaseUrl,
    timeouts: ConnectionTimeouts,
) -> Result<OpenConnection, DatabaseError> {
    let within = timeouts.connect;
    let client = connect(url, within).await?.spawn();
    let settings = timeouts.session_settings();
    tokio::time::timeout(within, client.batch_execute(&settings))
        .await
        .map_err(|_| DatabaseError::Timeout(within))??;
    Ok(OpenConnection { client, prepared: Mutex::default() })
}

impl OpenConnection {
    async fn prepare(&self, statement: &'static str) -> Result<Statement, tokio_postgres::Error> {
        let mut prepared = self.prepared.lock().await;
        if let Some(known) = prepared.get(statement) {
            return Ok(known.clone());
        }
        let new = self.client.prepare(statement).await?;
        prepared.insert(statement, new.clone());
        Ok(new)
    }
}
