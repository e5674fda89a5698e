//! Whether a connection keeps its session from one statement to the next.
//!
//! A pooler in transaction mode (`PgBouncer`, RDS Proxy, Supavisor) gives every transaction another session.
//! Notifications, advisory locks and prepared statements are lost in it, some of them silently, so it is
//! refused at the start.

use std::pin::pin;
use std::time::Duration;

use diesel_async::{AsyncPgConnection, SimpleAsyncConnection};
use futures_util::StreamExt;
use uuid::Uuid;

use super::connect::{ConnectionTimeouts, connect};
use super::migrations::MigrationError;
use super::url::DatabaseUrl;

/// Longer than any PostgreSQL takes that could be worked with.
const NOTIFICATIONS_TAKE: Duration = Duration::from_secs(2);

/// Refuses a pooler in transaction mode: listens on one connection to what another one says.
pub(super) async fn check(url: &DatabaseUrl, timeouts: ConnectionTimeouts) -> Result<(), MigrationError> {
    let mut listening = connect(url, timeouts).await?;
    let mut speaking = connect(url, timeouts).await?;
    let channel = format!("chaser_check_{}", Uuid::new_v4().simple());
    listening.batch_execute(&format!("listen {channel}")).await?;
    speaking.batch_execute(&format!("notify {channel}")).await?;
    if hears_something(listening).await { Ok(()) } else { Err(MigrationError::TransactionPooler) }
}

async fn hears_something(mut connection: AsyncPgConnection) -> bool {
    let mut notifications = pin!(connection.notifications_stream());
    matches!(tokio::time::timeout(NOTIFICATIONS_TAKE, notifications.next()).await, Ok(Some(Ok(_))))
}
