//! Opens a connection for diesel, as the node opens its own.

use chaser_keys_node::ErrorChain;
use chaser_keys_node::postgres::{self, ConnectionTimeouts, DatabaseError, DatabaseUrl, RawConnection};
use diesel::{ConnectionError, ConnectionResult};
use diesel_async::{AsyncPgConnection, SimpleAsyncConnection};

/// Connects, and tells the server when to give a statement up: one that this program no longer waits
/// for must not go on holding locks.
pub(crate) async fn connect(
    url: &DatabaseUrl,
    timeouts: ConnectionTimeouts,
) -> ConnectionResult<AsyncPgConnection> {
    let establishing = establish(url, timeouts);
    let mut connection = tokio::time::timeout(timeouts.connect, establishing)
        .await
        .unwrap_or_else(|_| Err(bad_connection(&DatabaseError::Timeout(timeouts.connect))))?;
    connection
        .batch_execute(&timeouts.session_settings())
        .await
        .map_err(ConnectionError::CouldntSetupConfiguration)?;
    Ok(connection)
}

async fn establish(url: &DatabaseUrl, timeouts: ConnectionTimeouts) -> ConnectionResult<AsyncPgConnection> {
    let opened = postgres::connect(url, timeouts.connect).await;
    match opened.map_err(|error| bad_connection(&error))? {
        RawConnection::Plain(client, connection) => {
            AsyncPgConnection::try_from_client_and_connection(client, *connection).await
        }
        RawConnection::Tls(client, connection) => {
            AsyncPgConnection::try_from_client_and_connection(client, *connection).await
        }
    }
}

/// diesel has room for a text only.
fn bad_connection(error: &DatabaseError) -> ConnectionError {
    ConnectionError::BadConnection(ErrorChain(error).to_string())
}
