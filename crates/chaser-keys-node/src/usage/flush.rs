//! Writes counts: one statement a batch, applied exactly once.

use std::sync::Arc;
use std::time::Duration;

use time::{Date, OffsetDateTime};
use tokio::time::{MissedTickBehavior, interval, sleep};
use uuid::Uuid;

use super::batch::{Batch, DayCount, Unconfirmed};
use super::traffic::Traffic;
use super::traffic_meter::{TrafficMeter, TrafficMeters};
use crate::postgres::{DatabaseError, SharedConnection};
use crate::replica::Replica;
use crate::timing::{LAST_FLUSH_ATTEMPTS, LAST_FLUSH_INTERVAL};
use crate::{ErrorChain, VerifiedKey};

/// The procedure registers the batch and adds its counts, or does neither: a batch that is sent again because the answer
/// to its commit was lost finds itself registered. It is all that a service's role may do to usage.
const RECORD_USAGE: &str = "call record_usage($1, $2, $3, $4, $5, $6, $7, $8, $9)";

/// Numbers the batches of this process and writes them. Requests are counted where the keys are
/// (`replica/index/requests.rs`), traffic where it flows (`traffic_meter.rs`).
pub(crate) struct UsageRecorder {
    /// Distinguishes this process's batches from those of others. The node's id would not: each registration changes it.
    process_id: Uuid,
    traffic: TrafficMeters,
    /// The batch being written, kept until the database has confirmed it. Locked throughout a flush, so
    /// that flushes go one after another.
    unconfirmed: tokio::sync::Mutex<Unconfirmed>,
    replica: Arc<Replica>,
    connection: SharedConnection,
}

impl UsageRecorder {
    pub(crate) fn new(replica: Arc<Replica>, connection: SharedConnection) -> Self {
        Self {
            process_id: Uuid::new_v4(),
            traffic: TrafficMeters::default(),
            unconfirmed: tokio::sync::Mutex::default(),
            replica,
            connection,
        }
    }

    pub(crate) fn meter(&self, key: &VerifiedKey) -> Arc<TrafficMeter> {
        self.traffic.meter(key)
    }

    /// Writes what was counted until now. What could not be confirmed is kept and written first next time.
    pub(crate) async fn flush(&self) -> Result<(), DatabaseError> {
        let mut unconfirmed = self.unconfirmed.lock().await;
        let is_repeated = unconfirmed.batch.is_some();
        self.write_batch(&mut unconfirmed).await?;
        if is_repeated {
            // That was the batch of an earlier failure; now what came since. Never more: under load there is always
            // something new.
            self.write_batch(&mut unconfirmed).await?;
        }
        Ok(())
    }

    /// Flushes at each interval until `shutdown` completes, then once more.
    pub(crate) async fn run(&self, every: Duration, mut shutdown: impl Future<Output = ()> + Unpin) {
        let mut flush = interval(every);
        flush.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut has_failed = false;
        loop {
            tokio::select! {
                () = &mut shutdown => break,
                _ = flush.tick() => has_failed = self.flush_and_log(has_failed).await,
            }
        }
        self.flush_for_the_last_time().await;
    }

    /// One line when flushing begins to fail and one when it works again, not one a second.
    async fn flush_and_log(&self, failed_before: bool) -> bool {
        match self.flush().await {
            Ok(()) => {
                if failed_before {
                    tracing::info!("usage is being written again; nothing was lost");
                }
                false
            }
            Err(error) => {
                if !failed_before {
                    let error = ErrorChain(&error);
                    tracing::warn!(%error, "usage cannot be written; it is kept in memory until it can");
                }
                true
            }
        }
    }

    async fn flush_for_the_last_time(&self) {
        for attempt in 1..=LAST_FLUSH_ATTEMPTS {
            match self.flush().await {
                Ok(()) => return,
                Err(error) if attempt == LAST_FLUSH_ATTEMPTS => {
                    let error = ErrorChain(&error);
                    tracing::error!(%error, "the last counts of usage could not be written and are lost");
                }
                Err(_) => sleep(LAST_FLUSH_INTERVAL).await,
            }
        }
    }

    async fn write_batch(&self, unconfirmed: &mut Unconfirmed) -> Result<(), DatabaseError> {
        let Some(batch) = unconfirmed.batch_to_write(&self.replica, &self.traffic) else {
            return Ok(());
        };
        self.record(batch).await?;
        unconfirmed.batch = None;
        Ok(())
    }

    async fn record(&self, batch: &Batch) -> Result<(), DatabaseError> {
        let counts = &batch.counts;
        let keys: Vec<Uuid> = counts.keys().map(|(key_id, _)| key_id.as_uuid()).collect();
        let days: Vec<Date> = counts.keys().map(|(_, day)| *day).collect();
        let requests: Vec<i64> = counts.values().map(|count| count.requests).collect();
        let last_uses: Vec<Option<OffsetDateTime>> =
            counts.values().map(|count| count.last_used_at).collect();
        let traffic = |of: fn(&Traffic) -> u64| -> Vec<i64> {
            counts
                .values()
                .map(|count: &DayCount| of(&count.traffic).min(Traffic::MAX).cast_signed())
                .collect()
        };
        let sessions = traffic(|traffic| traffic.sessions);
        let (bytes_up, bytes_down) =
            (traffic(|traffic| traffic.bytes_up), traffic(|traffic| traffic.bytes_down));
        self.connection
            .execute(
                RECORD_USAGE,
                &[
                    &self.process_id,
                    &batch.sequence,
                    &keys,
                    &days,
                    &requests,
                    &last_uses,
                    &sessions,
                    &bytes_up,
                    &bytes_down,
                ],
            )
            .await?;
        Ok(())
    }
}
