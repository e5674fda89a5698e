//! The pools of connections, and the time limit of an operation.

use std::future::Future;
use std::time::Duration;

use chaser_keys_node::postgres::DatabaseUrl;
use deadpool::Runtime;
use deadpool::managed::{Object, Pool};
use diesel_async::{AnsiTransactionManager, AsyncPgConnection, TransactionManager};
use thiserror::Error;
use tokio::runtime::Handle;

use super::connection_manager::ConnectionManager;
use crate::error::StorageError;
use crate::store_options::StoreOptions;

/// A pooled connection; back in the pool when dropped.
pub(crate) type Connection = Object<ConnectionManager>;

/// The pools, with one time limit for every operation. Cheap to clone.
///
/// `run` is for a single statement, and for several that need not agree; `transact` for what is written together;
/// `snapshot` for what is read together. A transaction commits if the operation returns `Ok`, and else rolls back.
#[derive(Clone)]
pub(crate) struct Database {
    pool: Pool<ConnectionManager>,
    /// For what must not wait for slow queries: revoking a key and finding a session.
    urgent: Pool<ConnectionManager>,
    /// Of a whole operation. PostgreSQL's statement timeout does not fire while the server is paused.
    operation_timeout: Duration,
}

#[derive(Debug, Error)]
#[error("no answer within {0:?}")]
struct TimedOut(Duration);

impl Database {
    /// Pools that open connections as they are needed. Must be called on the runtime that outlives all others,
    /// because it drives the connections.
    pub(crate) fn new(url: &DatabaseUrl, options: &StoreOptions) -> Result<Self, StorageError> {
        let urgent_size = (options.pool_size / 4).max(1);
        let size = options.pool_size.saturating_sub(urgent_size).max(1);
        let operation_timeout = options.acquire_timeout + options.connect_timeout + options.statement_timeout;
        Ok(Self {
            pool: pool(url, options, size)?,
            urgent: pool(url, options, urgent_size)?,
            operation_timeout,
        })
    }

    /// Runs statements that are each a transaction of their own.
    pub(crate) async fn run<T, E: From<StorageError>>(
        &self,
        operation: impl AsyncFnOnce(&mut AsyncPgConnection) -> Result<T, E>,
    ) -> Result<T, E> {
        self.within_deadline(async { operation(&mut *self.connection().await?).await }).await
    }

    /// [`Self::run`], on a connection that is free even when slow queries occupy all others.
    pub(crate) async fn run_urgently<T, E: From<StorageError>>(
        &self,
        operation: impl AsyncFnOnce(&mut AsyncPgConnection) -> Result<T, E>,
    ) -> Result<T, E> {
        self.within_deadline(async { operation(&mut *self.urgent_connection().await?).await }).await
    }

    /// Runs an operation in one transaction.
    pub(crate) async fn transact<T, E: From<StorageError>>(
        &self,
        operation: impl AsyncFnOnce(&mut AsyncPgConnection) -> Result<T, E>,
    ) -> Result<T, E> {
        self.run(async |connection| transaction(connection, BEGIN, operation).await).await
    }

    /// [`Self::transact`], on a connection that is free even when slow queries occupy all others.
    pub(crate) async fn transact_urgently<T, E: From<StorageError>>(
        &self,
        operation: impl AsyncFnOnce(&mut AsyncPgConnection) -> Result<T, E>,
    ) -> Result<T, E> {
        self.run_urgently(async |connection| transaction(connection, BEGIN, operation).await).await
    }

    /// Reads with several statements what one moment looked like, while others write.
    pub(crate) async fn snapshot<T, E: From<StorageError>>(
        &self,
        operation: impl AsyncFnOnce(&mut AsyncPgConnection) -> Result<T, E>,
    ) -> Result<T, E> {
        self.run(async |connection| transaction(connection, BEGIN_SNAPSHOT, operation).await).await
    }

    /// A connection; waits for a free one as long as the options allow.
    pub(crate) async fn connection(&self) -> Result<Connection, StorageError> {
        Ok(self.pool.get().await?)
    }

    async fn urgent_connection(&self) -> Result<Connection, StorageError> {
        Ok(self.urgent.get().await?)
    }

    /// Runs an operation to its end or to the deadline. The pool discards a connection that is dropped in the middle
    /// of a transaction.
    pub(crate) async fn within_deadline<T, E: From<StorageError>>(
        &self,
        operation: impl Future<Output = Result<T, E>>,
    ) -> Result<T, E> {
        tokio::time::timeout(self.operation_timeout, operation).await.unwrap_or_else(|_| {
            Err(StorageError::Unavailable(TimedOut(self.operation_timeout).into()).into())
        })
    }
}

const BEGIN: &str = "begin";
const BEGIN_SNAPSHOT: &str = "begin isolation level repeatable read read only";

/// diesel-async's `AsyncConnection::transaction` demands of the operation's future that it is `Send`, which a function
/// that takes an `AsyncFnOnce` cannot promise before Rust has return-type notation.
async fn transaction<T, E: From<StorageError>>(
    connection: &mut AsyncPgConnection,
    begin: &str,
    operation: impl AsyncFnOnce(&mut AsyncPgConnection) -> Result<T, E>,
) -> Result<T, E> {
    AnsiTransactionManager::begin_transaction_sql(connection, begin).await.map_err(StorageError::from)?;
    match operation(connection).await {
        Ok(done) => {
            AnsiTransactionManager::commit_transaction(connection).await.map_err(StorageError::from)?;
            Ok(done)
        }
        Err(failure) => {
            // Its own failure adds nothing: the pool discards the connection, and PostgreSQL rolls back.
            _ = AnsiTransactionManager::rollback_transaction(connection).await;
            Err(failure)
        }
    }
}

fn pool(
    url: &DatabaseUrl,
    options: &StoreOptions,
    size: usize,
) -> Result<Pool<ConnectionManager>, StorageError> {
    let manager = ConnectionManager {
        url: url.clone(),
        timeouts: options.node_options().connection_timeouts(),
        runtime: Handle::current(),
    };
    Pool::builder(manager)
        .max_size(size)
        .wait_timeout(Some(options.acquire_timeout))
        .create_timeout(Some(options.connect_timeout))
        .recycle_timeout(Some(options.connect_timeout))
        .runtime(Runtime::Tokio1)
        .build()
        .map_err(|error| StorageError::Unavailable(error.into()))
}
