//! Opens a connection for diesel the way the node opens its own.

use chaser_keys_node::postgres::{self, ConnectionTimeouts, DatabaseError, DatabaseUrl, RawConnection};
use diesel::ConnectionError;
use diesel_async::{AsyncPgConnection, SimpleAsyncConnection};

use crate::error::{BoxError, without_details};

/// Connects and sets the statement timeout in the session: a statement that this program no longer waits for
/// must not go on holding locks.
///
/// A failure to connect is a [`DatabaseError`] in the box.
pub(crate) async fn connect(
    url: &DatabaseUrl,
    timeouts: ConnectionTimeouts,
) -> Result<AsyncPgConnection, BoxError> {
    tokio::time::timeout(timeouts.connect, open(url, timeouts))
        .await
        .map_err(|_| DatabaseError::Timeout(timeouts.connect))?
}

async fn open(url: &DatabaseUrl, timeouts: ConnectionTimeouts) -> Result<AsyncPgConnection, BoxError> {
    let opened = match postgres::connect(url, timeouts.connect).await? {
        RawConnection::Plain(client, connection) => {
            AsyncPgConnection::try_from_client_and_connection(client, *connection).await
        }
        RawConnection::Tls(client, connection) => {
            AsyncPgConnection::try_from_client_and_connection(client, *connection).await
        }
    };
    let mut connection = opened.map_err(set_up_failure)?;
    connection.batch_execute(&timeouts.session_settings()).await.map_err(without_details)?;
    Ok(connection)
}

fn set_up_failure(error: ConnectionError) -> BoxError {
    match error {
        ConnectionError::CouldntSetupConfiguration(error) => without_details(error),
        other => Box::new(other),
    }
}
