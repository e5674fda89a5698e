//! Whether a connection keeps its session from one statement to the next.
//!
//! A pooler in transaction mode (`PgBouncer`, RDS Proxy, Supavisor) gives every transaction another session.
//! Notifications, advisory locks and prepared statements are lost in it, some of them without an error, so it is
//! refused at start.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use uuid::Uuid;

use super::connect::connect;
use super::database_error::DatabaseError;
use super::url::DatabaseUrl;
use crate::timing::NOTIFICATION_TIMEOUT;

/// Refuses a pooler in transaction mode: listens on one connection for a notification sent by another.
///
/// # Errors
/// [`DatabaseError::TransactionPooler`] if the notification does not arrive within two seconds.
pub async fn refuse_transaction_pooler(url: &DatabaseUrl, within: Duration) -> Result<(), DatabaseError> {
    let notified = Arc::new(Notify::new());
    let waker = Arc::clone(&notified);
    let listener = connect(url, within).await?.spawn_listening(move |_| waker.notify_one());
    let sender = connect(url, within).await?.spawn();
    let channel = format!("chaser_check_{}", Uuid::new_v4().simple());
    listener.batch_execute(&format!("listen {channel}")).await?;
    sender.batch_execute(&format!("notify {channel}")).await?;
    tokio::time::timeout(NOTIFICATION_TIMEOUT, notified.notified())
        .await
        .map_err(|_| DatabaseError::TransactionPooler)
}
