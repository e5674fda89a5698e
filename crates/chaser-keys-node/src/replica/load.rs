//! The first load: every key that can still authenticate, in one snapshot.

use std::future::Future;
use std::pin::pin;
use std::time::Instant;

use futures_util::{TryFutureExt, TryStreamExt};
use time::OffsetDateTime;

use super::changes::{RoundHeader, parse_key};
use super::feed_connection::FeedConnection;
use super::index::Index;
use super::round_error::RoundError;
use super::shared::Replica;
use crate::timing::LOAD_STALLED_AFTER;

/// Rows that are put into the index together.
const BATCH_ROWS: usize = 64;
/// Keys after which a line in the log shows the progress.
const PROGRESS_EVERY: usize = 1_000_000;

/// A key that had ended when its last change was committed stays ended, whatever the time is said to be now.
const KEYS: &str = "
    select id, workspace_id, digest, revoked_at from api_keys
    where key_authenticates_at(revoked_at, $1) and (revoked_at is null or not coalesce(
        (select ends_at_once from key_changes where key_id = api_keys.id order by rev desc limit 1), false))";
const COUNT: &str = "select count(*) from api_keys where key_authenticates_at(revoked_at, $1)";

impl Replica {
    /// An index of its own, and where it stands in the stream of changes.
    pub(super) async fn load(&self, connection: &FeedConnection) -> Result<(Index, RoundHeader), RoundError> {
        let begun = Instant::now();
        connection
            .client
            .batch_execute("begin isolation level repeatable read read only; set local statement_timeout = 0")
            .await?;
        let header = unless_stalled(connection.header()).await?;
        let now = self.time.adjust(header.database_time);
        unless_stalled(self.pepper_coverage.check_all(connection, now)).await?;
        let index = load_keys(connection, now).await?;
        connection.client.batch_execute("commit").await?;
        let seconds = begun.elapsed().as_secs_f64();
        tracing::info!(keys = index.len(), rev = header.rev, seconds, "loaded the keys");
        Ok((index, header))
    }
}

async fn load_keys(connection: &FeedConnection, now: OffsetDateTime) -> Result<Index, RoundError> {
    let keys: i64 = unless_stalled(connection.client.query_one(COUNT, &[&now])).await?.try_get(0)?;
    let index = Index::with_capacity(usize::try_from(keys).unwrap_or(0));
    let rows = pin!(connection.client.query_raw(KEYS, [now]).await?);
    let mut batches = rows.try_chunks(BATCH_ROWS);
    while let Some(rows) = unless_stalled(batches.try_next().map_err(|broken| broken.1)).await? {
        let batch: Vec<_> = rows.iter().map(parse_key).collect::<Result<_, _>>()?;
        index.put_batch(&batch);
        if index.len() % PROGRESS_EVERY < batch.len() {
            tracing::info!(loaded = index.len(), of = keys, "loading keys");
        }
    }
    Ok(index)
}

/// Gives up on an answer that does not come. A load may take as long as there are keys, but a server that froze, or a
/// network that drops everything, never ends it.
async fn unless_stalled<T>(
    answer: impl Future<Output = Result<T, tokio_postgres::Error>>,
) -> Result<T, RoundError> {
    tokio::time::timeout(LOAD_STALLED_AFTER, answer)
        .await
        .map_err(|_| RoundError::TooSlow)?
        .map_err(RoundError::from)
}
