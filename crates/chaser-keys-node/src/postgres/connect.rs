//! Opens one connection to PostgreSQL, plain or with TLS as the URL says.

use std::io;
use std::time::Duration;

use thiserror::Error;
use tokio_postgres::error::SqlState;
use tokio_postgres::tls::{MakeTlsConnect, NoTlsStream};
use tokio_postgres::{Client, Connection, NoTls, Socket};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::tls;
use super::url::{DatabaseUrl, Encryption};
use crate::ErrorChain;

/// How long a server may take to answer before it counts as gone.
#[derive(Clone, Copy, Debug)]
pub struct ConnectionTimeouts {
    /// To accept a connection.
    pub connect: Duration,
    /// To answer one statement.
    pub statement: Duration,
    /// Between two statements of a transaction. A node that was paused or cut off there holds locks that others
    /// wait for; a healthy one takes milliseconds.
    pub idle_in_transaction: Duration,
}

/// Why there is no connection.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ConnectError {
    /// The server did not answer in time.
    #[error("no answer within {0:?}")]
    Timeout(Duration),
    /// The server refused, or cannot be reached.
    #[error("{}", ErrorChain(.0))]
    Postgres(#[from] tokio_postgres::Error),
    /// The certificates to trust cannot be read.
    #[error("{0}")]
    Certificates(#[source] io::Error),
    /// The runtime that drives the connections has ended.
    #[error("this process is stopping")]
    Stopping,
}

impl ConnectError {
    /// The code that PostgreSQL gave, if it answered.
    #[must_use]
    pub fn code(&self) -> Option<&SqlState> {
        match self {
            Self::Postgres(error) => error.code(),
            Self::Timeout(_) | Self::Certificates(_) | Self::Stopping => None,
        }
    }

    /// Whether PostgreSQL answered that it has no such database.
    #[must_use]
    pub fn is_missing_database(&self) -> bool {
        self.code() == Some(&SqlState::INVALID_CATALOG_NAME)
    }
}

/// A connection that no task drives yet.
#[expect(missing_debug_implementations, reason = "tokio-postgres' connection has none")]
pub enum RawConnection {
    /// Without encryption.
    Plain(Client, Box<Connection<Socket, NoTlsStream>>),
    /// With TLS.
    Tls(Client, Box<Connection<Socket, TlsStream>>),
}

/// The stream of a connection with TLS.
pub type TlsStream = <MakeRustlsConnect as MakeTlsConnect<Socket>>::Stream;

/// PostgreSQL compiles no statement (`jit`): ours are short, and compiling one takes longer than running it a hundred
/// times.
const NO_JIT: &str = "set jit = off";

/// A confirmed commit must survive a crash: a revoke that PostgreSQL forgets would be no revoke. A server that is
/// configured to confirm earlier is overruled; one that confirms later is left as it is.
const DURABLE_COMMITS: &str = "
    select set_config('synchronous_commit', 'on', false)
    where current_setting('synchronous_commit') in ('off', 'local', 'remote_write')";

impl ConnectionTimeouts {
    /// The statements that every new connection begins with: it does not rely on what a role or a database sets by default.
    #[must_use]
    pub fn session_settings(&self) -> String {
        let (statement, idle) = (self.statement.as_millis(), self.idle_in_transaction.as_millis());
        format!(
            "set statement_timeout = {statement}; set idle_in_transaction_session_timeout = {idle}; \
             set timezone = 'UTC'; {NO_JIT}; {DURABLE_COMMITS}"
        )
    }
}

/// Connects within the given time.
///
/// # Errors
/// [`ConnectError`], whose text is safe to log: it holds nothing of the password.
pub async fn connect(url: &DatabaseUrl, within: Duration) -> Result<RawConnection, ConnectError> {
    tokio::time::timeout(within, open(url)).await.map_err(|_| ConnectError::Timeout(within))?
}

async fn open(url: &DatabaseUrl) -> Result<RawConnection, ConnectError> {
    match url.encryption() {
        Encryption::None => {
            let (client, connection) = url.config().connect(NoTls).await?;
            Ok(RawConnection::Plain(client, Box::new(connection)))
        }
        Encryption::Verified { authorities } => {
            let connector = tls::connector(authorities.as_deref()).map_err(ConnectError::Certificates)?;
            let (client, connection) = url.config().connect(connector).await?;
            Ok(RawConnection::Tls(client, Box::new(connection)))
        }
    }
}

impl RawConnection {
    /// Drives the connection in a task of the current runtime until the client is dropped.
    #[must_use]
    pub fn spawn(self) -> Client {
        match self {
            Self::Plain(client, connection) => {
                // The statements under way report how it ended.
                tokio::spawn(async move { _ = connection.await });
                client
            }
            Self::Tls(client, connection) => {
                tokio::spawn(async move { _ = connection.await });
                client
            }
        }
    }
}
