//! Writing counts: one statement a batch, applied exactly once.

use diesel::sql_types::{Array, BigInt, Date as SqlDate, Nullable, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::recorder::{Batch, Count, Unconfirmed};
use super::traffic::Traffic;
use crate::{StorageError, Store};

/// Registers the batch and adds its counts, or does neither: a batch that is sent again because the
/// answer to its commit was lost finds itself registered. In the order of the keys, so that two nodes'
/// batches wait for each other instead of deadlocking.
///
/// A key for which bytes still flow on a day without requests repeats its last use: version n−1 reads the newest
/// row. Bytes stop at what a row can hold, so that no count can keep a whole batch from being written.
const APPLY_BATCH: &str = "
    with batch as (
        insert into usage_batches (node_id, sequence, applied_at)
        values ($1, $2, clock_timestamp())
        on conflict do nothing
        returning 1
    )
    insert into key_usage (key_id, day, workspace_id, requests, last_used_at, bytes_up, bytes_down)
    select key_id, day, workspace_id, requests,
        coalesce(last_used_at, (select max(earlier.last_used_at) from key_usage as earlier
                                where earlier.key_id = counted.key_id)),
        bytes_up, bytes_down
    from unnest($3, $4, $5, $6, $7, $8, $9)
        as counted (key_id, day, workspace_id, requests, last_used_at, bytes_up, bytes_down)
    where exists (select from batch)
    order by key_id, day
    on conflict (key_id, day) do update
    set requests = key_usage.requests + excluded.requests,
        last_used_at = greatest(key_usage.last_used_at, excluded.last_used_at),
        bytes_up = least(key_usage.bytes_up + excluded.bytes_up, $10),
        bytes_down = least(key_usage.bytes_down + excluded.bytes_down, $10)
";

impl Store {
    /// Writes what was counted until now. What could not be confirmed is kept and written first next time.
    pub async fn flush_usage(&self) -> Result<(), StorageError> {
        let mut unconfirmed = self.usage.unconfirmed.lock().await;
        let is_repeated = unconfirmed.batch.is_some();
        self.write_batch(&mut unconfirmed).await?;
        if is_repeated {
            // That was the batch of an earlier failure; now what came since. Never more: under load there is always
            // something new.
            self.write_batch(&mut unconfirmed).await?;
        }
        Ok(())
    }

    async fn write_batch(&self, unconfirmed: &mut Unconfirmed) -> Result<(), StorageError> {
        let Some(batch) = unconfirmed.batch_to_write(&self.replica, &self.usage.traffic) else {
            return Ok(());
        };
        self.database.within_deadline(self.apply(batch)).await?;
        unconfirmed.batch = None;
        Ok(())
    }

    async fn apply(&self, batch: &Batch) -> Result<(), StorageError> {
        let counts = &batch.counts;
        let keys: Vec<Uuid> = counts.keys().map(|(key_id, _)| key_id.as_uuid()).collect();
        let days: Vec<time::Date> = counts.keys().map(|(_, day)| *day).collect();
        let workspaces: Vec<Uuid> = counts.values().map(|count| count.workspace_id.as_uuid()).collect();
        let requests: Vec<i64> = counts.values().map(|count| count.requests).collect();
        let last_uses: Vec<Option<time::OffsetDateTime>> =
            counts.values().map(|count| count.last_used_at).collect();
        let bytes = |of: fn(&Traffic) -> u64| -> Vec<i64> {
            counts.values().map(|count: &Count| of(&count.traffic).min(Traffic::MOST).cast_signed()).collect()
        };
        diesel::sql_query(APPLY_BATCH)
            .bind::<SqlUuid, _>(self.usage.node_id)
            .bind::<BigInt, _>(batch.sequence)
            .bind::<Array<SqlUuid>, _>(keys)
            .bind::<Array<SqlDate>, _>(days)
            .bind::<Array<SqlUuid>, _>(workspaces)
            .bind::<Array<BigInt>, _>(requests)
            .bind::<Array<Nullable<Timestamptz>>, _>(last_uses)
            .bind::<Array<BigInt>, _>(bytes(|traffic| traffic.bytes_up))
            .bind::<Array<BigInt>, _>(bytes(|traffic| traffic.bytes_down))
            .bind::<BigInt, _>(Traffic::MOST.cast_signed())
            .execute(&mut self.connection().await?)
            .await?;
        Ok(())
    }
}
