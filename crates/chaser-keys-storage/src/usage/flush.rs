//! Writing counts: one statement a batch, applied exactly once.

use diesel::sql_types::{Array, BigInt, Date as SqlDate, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::recorder::Batch;
use crate::{StorageError, Store};

/// Registers the batch and adds its counts, or does neither: a batch that is sent again because the
/// answer to its commit was lost finds itself registered. In the order of the keys, so that two nodes'
/// batches wait for each other instead of deadlocking.
const APPLY_BATCH: &str = "
    with batch as (
        insert into usage_batches (node_id, sequence, applied_at)
        values ($1, $2, clock_timestamp())
        on conflict do nothing
        returning 1
    )
    insert into key_usage (key_id, day, workspace_id, requests, last_used_at)
    select key_id, day, workspace_id, requests, last_used_at
    from unnest($3, $4, $5, $6, $7) as counted (key_id, day, workspace_id, requests, last_used_at)
    where exists (select from batch)
    order by key_id, day
    on conflict (key_id, day) do update
    set requests = key_usage.requests + excluded.requests,
        last_used_at = greatest(key_usage.last_used_at, excluded.last_used_at)
";

impl Store {
    /// Writes what was counted until now. What could not be confirmed is kept and written first next time.
    pub async fn flush_usage(&self) -> Result<(), StorageError> {
        let mut unconfirmed = self.usage.unconfirmed.lock().await;
        // Two rounds at most: the batch of an earlier failure, then what came since.
        for _ in 0..2 {
            let Some(batch) = unconfirmed.batch_to_write(&self.replica) else {
                break;
            };
            self.database.within_deadline(self.apply(batch)).await?;
            unconfirmed.batch = None;
        }
        Ok(())
    }

    async fn apply(&self, batch: &Batch) -> Result<(), StorageError> {
        let counts = &batch.counts;
        let keys: Vec<Uuid> = counts.keys().map(|(key_id, _)| key_id.as_uuid()).collect();
        let days: Vec<time::Date> = counts.keys().map(|(_, day)| *day).collect();
        let workspaces: Vec<Uuid> = counts.values().map(|count| count.workspace_id.as_uuid()).collect();
        let requests: Vec<i64> = counts.values().map(|count| count.requests).collect();
        let last_uses: Vec<time::OffsetDateTime> = counts.values().map(|count| count.last_used_at).collect();
        diesel::sql_query(APPLY_BATCH)
            .bind::<SqlUuid, _>(self.usage.node_id)
            .bind::<BigInt, _>(batch.sequence)
            .bind::<Array<SqlUuid>, _>(keys)
            .bind::<Array<SqlDate>, _>(days)
            .bind::<Array<SqlUuid>, _>(workspaces)
            .bind::<Array<BigInt>, _>(requests)
            .bind::<Array<Timestamptz>, _>(last_uses)
            .execute(&mut self.connection().await?)
            .await?;
        Ok(())
    }
}
