//! Opens one connection to PostgreSQL, plain or with TLS as the URL says.

use std::time::Duration;

use futures_util::{StreamExt, stream};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_postgres::tls::{MakeTlsConnect, NoTlsStream};
use tokio_postgres::{AsyncMessage, Client, Connection, NoTls, Socket};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::database_error::DatabaseError;
use super::tls;
use super::url::{DatabaseUrl, Encryption};

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
    /// The statements that every new connection begins with, so that nothing depends on the defaults of a role or a database.
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
/// [`DatabaseError`], whose text is safe to log: it holds nothing of the password.
pub async fn connect(url: &DatabaseUrl, within: Duration) -> Result<RawConnection, DatabaseError> {
    tokio::time::timeout(within, open(url)).await.map_err(|_| DatabaseError::Timeout(within))?
}

async fn open(url: &DatabaseUrl) -> Result<RawConnection, DatabaseError> {
    match url.encryption() {
        Encryption::None => {
            let (client, connection) = url.config().connect(NoTls).await?;
            Ok(RawConnection::Plain(client, Box::new(connection)))
        }
        Encryption::Verified { authorities } => {
            let connector = tls::connector(authorities.as_deref()).map_err(DatabaseError::Certificates)?;
            let (client, connection) = url.config().connect(connector).await?;
            Ok(RawConnection::Tls(client, Box::new(connection)))
        }
    }
}

impl RawConnection {
    /// Drives the connection in a task of the current runtime until the client is dropped.
    #[must_use]
    pub fn spawn(self) -> Client {
        self.spawn_listening(|_| {})
    }

    /// The same for a connection that listens: `notified` is called with the channel of each notification.
    #[must_use]
    pub fn spawn_listening(self, notified: impl FnMut(&str) + Send + 'static) -> Client {
        match self {
            Self::Plain(client, connection) => drive(client, *connection, notified),
            Self::Tls(client, connection) => drive(client, *connection, notified),
        }
    }
}

fn drive<S, T>(
    client: Client,
    mut connection: Connection<S, T>,
    mut notified: impl FnMut(&str) + Send + 'static,
) -> Client
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    T: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    tokio::spawn(async move {
        let mut messages = stream::poll_fn(move |context| connection.poll_message(context));
        // An error is the connection's end; the statements that were under way report it.
        while let Some(Ok(message)) = messages.next().await {
            if let AsyncMessage::Notification(notification) = message {
                notified(notification.channel());
            }
        }
    });
    client
}
