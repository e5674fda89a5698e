//! How the pool opens connections, and which ones it uses again.

use chaser_keys_node::postgres::{ConnectionTimeouts, DatabaseError, DatabaseUrl};
use deadpool::managed::{Manager, Metrics, RecycleError, RecycleResult};
use diesel_async::AsyncPgConnection;
use diesel_async::pooled_connection::PoolableConnection;
use tokio::runtime::Handle;

use super::connect::connect;
use crate::error::BoxError;

/// In place of diesel-async's own, whose errors are texts: [`DatabaseError`] says that a database is missing.
pub(crate) struct ConnectionManager {
    pub(super) url: DatabaseUrl,
    pub(super) timeouts: ConnectionTimeouts,
    /// Drives every connection. It must outlive the actix workers, which have runtimes of their own.
    pub(super) runtime: Handle,
}

impl Manager for ConnectionManager {
    type Type = AsyncPgConnection;
    type Error = BoxError;

    async fn create(&self) -> Result<AsyncPgConnection, BoxError> {
        let (url, timeouts) = (self.url.clone(), self.timeouts);
        let opening = self.runtime.spawn(async move { connect(&url, timeouts).await });
        opening.await.map_err(|_| DatabaseError::Stopping)?
    }

    /// Asks the connection, not the server: a `select 1` at each checkout would double the round trips of every
    /// operation. A connection that was dropped in the middle of a transaction counts as broken.
    async fn recycle(&self, connection: &mut AsyncPgConnection, _: &Metrics) -> RecycleResult<BoxError> {
        if connection.is_broken() { Err(RecycleError::message("broken connection")) } else { Ok(()) }
    }
}
