//! The pool of connections, and the longest that anybody waits for the database.

use std::future::Future;
use std::time::Duration;

use deadpool::Runtime;
use diesel::ConnectionError;
use diesel_async::pooled_connection::deadpool::{Object, Pool};
use diesel_async::pooled_connection::{AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod};
use diesel_async::{AnsiTransactionManager, AsyncPgConnection, TransactionManager};
use futures_util::FutureExt;
use tokio::runtime::Handle;

use chaser_keys_node::postgres::DatabaseUrl;

use super::connect::connect;
use crate::{StorageError, StoreOptions};

/// A pooled connection; back in the pool when dropped.
pub(crate) type Connection = Object<AsyncPgConnection>;

/// The pools, with a deadline for whatever is done through them.
#[derive(Clone)]
pub(crate) struct Database {
    pool: Pool<AsyncPgConnection>,
    /// For what must not queue behind slow queries: revokes, and who is signed in.
    urgent: Pool<AsyncPgConnection>,
    /// One whole operation: a server that is paused answers no statement, so its own timeout never fires.
    operation_timeout: Duration,
}

impl Database {
    /// A pool that opens connections as they are needed. Must be called on the runtime that outlives
    /// all others: it drives every connection, whichever actix worker asked for it.
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

    /// A connection, waiting for one at most as long as the options say.
    pub(crate) async fn connection(&self) -> Result<Connection, StorageError> {
        Ok(self.pool.get().await?)
    }

    /// A connection that is there also when all others are busy.
    pub(crate) async fn urgent_connection(&self) -> Result<Connection, StorageError> {
        Ok(self.urgent.get().await?)
    }

    /// Reads with several statements what one moment looked like, while others write.
    pub(crate) async fn snapshot<T, E: From<StorageError>>(
        &self,
        operation: impl AsyncFnOnce(&mut AsyncPgConnection) -> Result<T, E>,
    ) -> Result<T, E> {
        let reading = async {
            let mut connection = self.connection().await?;
            let connection = &mut *connection;
            AnsiTransactionManager::begin_transaction_sql(connection, BEGIN_SNAPSHOT)
                .await
                .map_err(StorageError::from)?;
            match operation(connection).await {
                Ok(read) => {
                    AnsiTransactionManager::commit_transaction(connection)
                        .await
                        .map_err(StorageError::from)?;
                    Ok(read)
                }
                Err(failure) => {
                    // A failure to roll back adds nothing: the pool discards the connection.
                    _ = AnsiTransactionManager::rollback_transaction(connection).await;
                    Err(failure)
                }
            }
        };
        self.within_deadline(reading).await
    }

    /// Runs an operation to its end or to the deadline. A connection that is dropped in the middle of a
    /// transaction is not used again.
    pub(crate) async fn within_deadline<T, E: From<StorageError>>(
        &self,
        operation: impl Future<Output = Result<T, E>>,
    ) -> Result<T, E> {
        tokio::time::timeout(self.operation_timeout, operation).await.unwrap_or_else(|_| {
            let waited = self.operation_timeout;
            Err(StorageError::Unavailable(format!("no answer within {waited:?}")).into())
        })
    }
}

const BEGIN_SNAPSHOT: &str = "begin isolation level repeatable read read only";

fn pool(
    url: &DatabaseUrl,
    options: &StoreOptions,
    size: usize,
) -> Result<Pool<AsyncPgConnection>, StorageError> {
    Pool::builder(manager(url, options))
        .max_size(size)
        .wait_timeout(Some(options.acquire_timeout))
        .create_timeout(Some(options.connect_timeout))
        .recycle_timeout(Some(options.connect_timeout))
        .runtime(Runtime::Tokio1)
        .build()
        .map_err(|error| StorageError::Unavailable(error.to_string()))
}

fn manager(url: &DatabaseUrl, options: &StoreOptions) -> AsyncDieselConnectionManager<AsyncPgConnection> {
    let timeouts = options.node_options().connection_timeouts();
    let runtime = Handle::current();
    let url = url.clone();
    let mut config = ManagerConfig::default();
    // A closed connection is noticed without asking the server: a `select 1` at each checkout would
    // double the round trips of every call.
    config.recycling_method = RecyclingMethod::Fast;
    config.custom_setup = Box::new(move |_| {
        let url = url.clone();
        let opening = runtime.spawn(async move { connect(&url, timeouts).await });
        let opened = opening.map(|joined| {
            joined.unwrap_or_else(|error| Err(ConnectionError::BadConnection(error.to_string())))
        });
        opened.boxed()
    });
    AsyncDieselConnectionManager::new_with_config("given to custom_setup", config)
}
