//! The first load: every key that can still authenticate, in one snapshot.

use std::future::Future;
use std::pin::pin;
use std::time::{Duration, Instant};

use futures_util::{TryFutureExt, TryStreamExt};
use tokio_postgres::types::ToSql;

use super::index::Index;
use super::recognition::Recognition;
use super::round::{Facts, RoundError, parse_key};
use super::session::Session;

/// A load may take as long as it takes, as long as something comes: a server that froze, or a network that drops
/// everything, says nothing and never ends.
const STALLED_AFTER: Duration = Duration::from_secs(30);
/// Rows that are put into the index together.
const ROWS_TOGETHER: usize = 64;
/// A line in the log for each so many keys.
const PROGRESS_EVERY: usize = 1_000_000;

const KEYS: &str = "
    select id, workspace_id, digest, revoked_at from api_keys
    where revoked_at is null or revoked_at > clock_timestamp() and not coalesce(
        (select ends_at_once from key_changes where key_id = api_keys.id order by rev desc limit 1), false)";

/// An index of its own, and where it stands in the stream of changes.
pub(super) async fn load(session: &Session, recognition: &Recognition) -> Result<(Index, Facts), RoundError> {
    let begun = Instant::now();
    session
        .client
        .batch_execute("begin isolation level repeatable read read only; set local statement_timeout = 0")
        .await?;
    let facts = moving(session.facts()).await?;
    moving(recognition.look_at_all(session)).await?;
    let counting = session.client.query_one(
        "select count(*) from api_keys where revoked_at is null or revoked_at > clock_timestamp()",
        &[],
    );
    let keys: i64 = moving(counting).await?.try_get(0)?;
    let index = Index::with_capacity(usize::try_from(keys).unwrap_or(0));
    let rows = pin!(session.client.query_raw(KEYS, std::iter::empty::<&(dyn ToSql + Sync)>()).await?);
    let mut groups = rows.try_chunks(ROWS_TOGETHER);
    while let Some(rows) = moving(groups.try_next().map_err(|broken| broken.1)).await? {
        let group: Vec<_> = rows.iter().map(parse_key).collect::<Result<_, _>>()?;
        index.put_together(&group);
        if index.len() % PROGRESS_EVERY < group.len() {
            tracing::info!(loaded = index.len(), of = keys, "loading keys");
        }
    }
    session.client.batch_execute("commit").await?;
    let seconds = begun.elapsed().as_secs_f64();
    tracing::info!(keys = index.len(), rev = facts.rev, seconds, "loaded the keys");
    Ok((index, facts))
}

/// Gives up on an answer that does not come.
async fn moving<T>(answer: impl Future<Output = Result<T, tokio_postgres::Error>>) -> Result<T, RoundError> {
    tokio::time::timeout(STALLED_AFTER, answer)
        .await
        .map_err(|_| RoundError::TooSlow)?
        .map_err(RoundError::from)
}
