//! Whether a connection keeps its session from one statement to the next.
//!
//! A pooler in transaction mode (`PgBouncer`, RDS Proxy, Supavisor) gives every transaction another session.
//! Notifications, advisory locks and prepared statements are lost in it, some of them without an error, so it is
//! refused at start.

use std::sync::Arc;
use std::time::Duration;

use futures_util::{StreamExt, stream};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::Notify;
use tokio_postgres::{AsyncMessage, Client, Connection};
use uuid::Uuid;

use super::connect::{RawConnection, connect};
use super::database_error::DatabaseError;
use super::url::DatabaseUrl;
use crate::timing::NOTIFICATION_TIMEOUT;

/// Refuses a pooler in transaction mode: listens on one connection for a notification sent by another.
///
/// # Errors
/// [`DatabaseError::TransactionPooler`] if the notification does not arrive within two seconds.
pub async fn refuse_transaction_pooler(url: &DatabaseUrl, within: Duration) -> Result<(), DatabaseError> {
    let notified = Arc::new(Notify::new());
    let listener = match connect(url, within).await? {
        RawConnection::Plain(client, connection) => listen(client, connection, &notified),
        RawConnection::Tls(client, connection) => listen(client, connection, &notified),
    };
    let sender = connect(url, within).await?.spawn();
    let channel = format!("chaser_check_{}", Uuid::new_v4().simple());
    listener.batch_execute(&format!("listen {channel}")).await?;
    sender.batch_execute(&format!("notify {channel}")).await?;
    tokio::time::timeout(NOTIFICATION_TIMEOUT, notified.notified())
        .await
        .map_err(|_| DatabaseError::TransactionPooler)
}

fn listen<S, T>(client: Client, mut connection: Box<Connection<S, T>>, notified: &Arc<Notify>) -> Client
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    T: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let notified = Arc::clone(notified);
    tokio::spawn(async move {
        let mut messages = stream::poll_fn(move |context| connection.poll_message(context));
        while let Some(Ok(message)) = messages.next().await {
            if matches!(message, AsyncMessage::Notification(_)) {
                notified.notify_one();
            }
        }
    });
    client
}
