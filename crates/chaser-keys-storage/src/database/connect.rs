//! Opening one connection.

use std::time::Duration;

use diesel::{ConnectionError, ConnectionResult};
use diesel_async::{AsyncPgConnection, SimpleAsyncConnection};
use tokio_postgres::tls::{MakeTlsConnect, NoTlsStream};
use tokio_postgres::{Client, Connection, NoTls, Socket};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::tls;
use super::url::{DatabaseUrl, Encryption};

/// How long a server may take to answer before it counts as gone.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ConnectionTimeouts {
    pub(crate) connect: Duration,
    pub(crate) statement: Duration,
    /// Between two statements of a transaction. A node that was paused or cut off there holds locks that others
    /// wait for; one that is well takes milliseconds.
    pub(crate) idle_in_transaction: Duration,
}

/// Our statements are short: compiling one (LLVM) takes longer than running it a hundred times.
pub(crate) const NOT_COMPILED: &str = "set jit = off";

/// What was confirmed must survive a crash: a revoke that PostgreSQL forgets would be no revoke. A server that is
/// set to confirm sooner is told not to; one that is set to confirm later is left as it is.
pub(crate) const CONFIRMED_IS_KEPT: &str = "
    select set_config('synchronous_commit', 'on', false)
    where current_setting('synchronous_commit') in ('off', 'local', 'remote_write')";

/// Connects, and tells the server when to give a statement up: one that this program no longer waits
/// for must not go on holding locks.
pub(crate) async fn connect(
    url: &DatabaseUrl,
    timeouts: ConnectionTimeouts,
) -> ConnectionResult<AsyncPgConnection> {
    let mut connection = tokio::time::timeout(timeouts.connect, establish(url))
        .await
        .map_err(|_| ConnectionError::BadConnection(format!("no answer within {:?}", timeouts.connect)))??;
    let (statement, idle) = (timeouts.statement.as_millis(), timeouts.idle_in_transaction.as_millis());
    let settings = format!(
        "set statement_timeout = {statement}; set idle_in_transaction_session_timeout = {idle}; \
         set timezone = 'UTC'; {NOT_COMPILED}; {CONFIRMED_IS_KEPT}"
    );
    connection.batch_execute(&settings).await.map_err(ConnectionError::CouldntSetupConfiguration)?;
    Ok(connection)
}

async fn establish(url: &DatabaseUrl) -> ConnectionResult<AsyncPgConnection> {
    match open(url).await? {
        RawConnection::Plain(client, connection) => {
            AsyncPgConnection::try_from_client_and_connection(client, *connection).await
        }
        RawConnection::Tls(client, connection) => {
            AsyncPgConnection::try_from_client_and_connection(client, *connection).await
        }
    }
}

/// A connection that nobody drives yet: for the one that listens.
pub(crate) enum RawConnection {
    Plain(Client, Box<Connection<Socket, NoTlsStream>>),
    Tls(Client, Box<Connection<Socket, TlsStream>>),
}

type TlsStream = <MakeRustlsConnect as MakeTlsConnect<Socket>>::Stream;

/// Connects without diesel, within the time that connecting may take.
pub(crate) async fn connect_raw(url: &DatabaseUrl, within: Duration) -> ConnectionResult<RawConnection> {
    tokio::time::timeout(within, open(url))
        .await
        .unwrap_or_else(|_| Err(ConnectionError::BadConnection(format!("no answer within {within:?}"))))
}

async fn open(url: &DatabaseUrl) -> ConnectionResult<RawConnection> {
    match url.encryption() {
        Encryption::None => {
            let (client, connection) = url.config().connect(NoTls).await.map_err(refused)?;
            Ok(RawConnection::Plain(client, Box::new(connection)))
        }
        Encryption::Verified { authorities } => {
            let connector = tls::connector(authorities.as_deref())
                .map_err(|error| ConnectionError::BadConnection(error.to_string()))?;
            let (client, connection) = url.config().connect(connector).await.map_err(refused)?;
            Ok(RawConnection::Tls(client, Box::new(connection)))
        }
    }
}

/// tokio-postgres says only what step failed; the reason is in its sources.
#[expect(clippy::needless_pass_by_value, reason = "the form that map_err takes")]
fn refused(error: tokio_postgres::Error) -> ConnectionError {
    let mut reasons = vec![error.to_string()];
    let mut source = std::error::Error::source(&error);
    while let Some(cause) = source {
        reasons.push(cause.to_string());
        source = cause.source();
    }
    ConnectionError::BadConnection(reasons.join(": "))
}
