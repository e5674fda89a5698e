//! Usage that services submit: a batch counts once, however often and to whichever node it is sent.

use std::collections::{BTreeMap, HashSet};

use chaser_keys::{KeyId, UsageBatchId};
use chaser_keys_node::Traffic;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Date as SqlDate, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use sha2::{Digest, Sha256};
use thiserror::Error;
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use crate::database::schema::{api_keys, usage_reports};
use crate::error::violated_constraint;
use crate::usage_metrics::IngestLabel;
use crate::{StorageError, Store};

/// The traffic of one key. The key may be revoked: its traffic happened.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct UsageRecord {
    /// The key that was used.
    pub key_id: KeyId,
    /// What was transferred since the service's last submission.
    pub traffic: Traffic,
}

/// The outcome of a batch that is accepted. A service need not distinguish the two.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum UsageSubmission {
    /// It was counted, on this UTC day.
    Counted,
    /// It had been counted before, and was not counted again.
    Repeated,
}

/// Why nothing of a batch was counted.
#[derive(Debug, Error)]
pub enum IngestUsageError {
    /// A record names a key that does not exist.
    #[error("record {record} is of a key that does not exist")]
    UnknownKey {
        /// The first such record, from 0.
        record: usize,
    },
    /// A batch with other contents was counted under this id within the last seven days.
    #[error("this id belongs to a batch that said something else")]
    BatchReused,
    /// A key's day would exceed 2^53 − 1 sessions or bytes, the largest integer that JSON readers keep exact.
    #[error("a key's day would hold more than {} of something", Traffic::MAX)]
    TooMuch,
    /// The database failed; if it is unavailable, the same batch may be sent again.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl From<diesel::result::Error> for IngestUsageError {
    fn from(error: diesel::result::Error) -> Self {
        match violated_constraint(&error) {
            Some("key_usage_traffic_is_exact") => Self::TooMuch,
            _ => Self::Storage(error.into()),
        }
    }
}

/// In the order of the keys, like the node's flush, so that the two wait for each other instead of deadlocking. A row
/// without requests repeats the key's last use, because the previous version reads the newest row.
const ADD: &str = "
    insert into key_usage (key_id, day, workspace_id, requests, last_used_at, sessions, bytes_up, bytes_down)
    select api_keys.id, $5, api_keys.workspace_id, 0,
        (select max(last_used_at) from key_usage where key_id = api_keys.id), sessions, bytes_up, bytes_down
    from unnest($1, $2, $3, $4) as reported (key_id, sessions, bytes_up, bytes_down)
    join api_keys on api_keys.id = reported.key_id
    where sessions > 0 or bytes_up > 0 or bytes_down > 0
    order by api_keys.id
    on conflict (key_id, day) do update
    set sessions = key_usage.sessions + excluded.sessions,
        bytes_up = key_usage.bytes_up + excluded.bytes_up,
        bytes_down = key_usage.bytes_down + excluded.bytes_down
";

impl Store {
    /// Counts all of a batch or nothing of it. For seven days a repetition, in whatever order of records, changes
    /// nothing. A key may have several records.
    pub async fn ingest_usage(
        &self,
        batch: UsageBatchId,
        records: &[UsageRecord],
    ) -> Result<UsageSubmission, IngestUsageError> {
        let sums = Sums::of(records);
        let outcome = self
            .database
            .transact(async |connection| {
                let now = self.now(connection).await?;
                if !register(connection, batch, &sums, now).await? {
                    return Ok(UsageSubmission::Repeated);
                }
                check_keys(connection, records).await?;
                sums.add(connection, now.date()).await?;
                Ok(UsageSubmission::Counted)
            })
            .await;
        self.usage_metrics.reported(label(&outcome));
        outcome
    }
}

/// Claims the batch's id; false if the same batch has been counted. A concurrent submission of the batch waits here for
/// the first one's transaction.
async fn register(
    connection: &mut AsyncPgConnection,
    batch: UsageBatchId,
    sums: &Sums,
    now: OffsetDateTime,
) -> Result<bool, IngestUsageError> {
    let hash = sums.hash();
    let new = (
        usage_reports::batch.eq(batch.as_uuid()),
        usage_reports::content_hash.eq(hash.as_slice()),
        usage_reports::received_at.eq(now),
    );
    let registered = diesel::insert_into(usage_reports::table)
        .values(new)
        .on_conflict_do_nothing()
        .execute(connection)
        .await?;
    if registered == 1 {
        return Ok(true);
    }
    let counted: Vec<u8> = usage_reports::table
        .find(batch.as_uuid())
        .select(usage_reports::content_hash)
        .first(connection)
        .await?;
    if counted == hash { Ok(false) } else { Err(IngestUsageError::BatchReused) }
}

async fn check_keys(
    connection: &mut AsyncPgConnection,
    records: &[UsageRecord],
) -> Result<(), IngestUsageError> {
    let ids: Vec<Uuid> = records.iter().map(|record| record.key_id.as_uuid()).collect();
    let known = api_keys::table.filter(api_keys::id.eq_any(&ids)).select(api_keys::id);
    let known: HashSet<Uuid> = known.load(connection).await?.into_iter().collect();
    match ids.iter().position(|id| !known.contains(id)) {
        Some(record) => Err(IngestUsageError::UnknownKey { record }),
        None => Ok(()),
    }
}

fn label(outcome: &Result<UsageSubmission, IngestUsageError>) -> IngestLabel {
    match outcome {
        Ok(UsageSubmission::Counted) => IngestLabel::Counted,
        Ok(UsageSubmission::Repeated) => IngestLabel::Repeated,
        Err(IngestUsageError::Storage(_)) => IngestLabel::Failed,
        Err(_) => IngestLabel::Refused,
    }
}

/// A batch's traffic for each key: all that is counted, and so what distinguishes batches.
struct Sums(BTreeMap<KeyId, Traffic>);

impl Sums {
    fn of(records: &[UsageRecord]) -> Self {
        let mut sums = BTreeMap::new();
        for record in records {
            let sum: &mut Traffic = sums.entry(record.key_id).or_default();
            *sum = sum.plus(record.traffic);
        }
        Self(sums)
    }

    fn hash(&self) -> [u8; 32] {
        let mut hash = Sha256::new();
        for (key_id, traffic) in &self.0 {
            hash.update(key_id.as_uuid());
            for number in [traffic.sessions, traffic.bytes_up, traffic.bytes_down] {
                hash.update(number.to_be_bytes());
            }
        }
        hash.finalize().into()
    }

    async fn add(&self, connection: &mut AsyncPgConnection, day: Date) -> QueryResult<usize> {
        let keys: Vec<Uuid> = self.0.keys().map(|key_id| key_id.as_uuid()).collect();
        let column = |of: fn(&Traffic) -> u64| -> Vec<i64> {
            self.0.values().map(|traffic| refusable(of(traffic))).collect()
        };
        diesel::sql_query(ADD)
            .bind::<Array<SqlUuid>, _>(keys)
            .bind::<Array<BigInt>, _>(column(|traffic| traffic.sessions))
            .bind::<Array<BigInt>, _>(column(|traffic| traffic.bytes_up))
            .bind::<Array<BigInt>, _>(column(|traffic| traffic.bytes_down))
            .bind::<SqlDate, _>(day)
            .execute(connection)
            .await
    }
}

/// Clamps to [`Traffic::MAX`] + 1: still refused by the row's constraint, but it cannot overflow `bigint`.
fn refusable(number: u64) -> i64 {
    number.min(Traffic::MAX + 1).cast_signed()
}
