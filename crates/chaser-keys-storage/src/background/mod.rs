//! What a node does besides answering: writing counts and tidying up.

mod housekeeping;

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use tokio::time::{MissedTickBehavior, interval};

use crate::replica::feed;
use crate::{StorageError, Store};

/// Rows that ended are deleted this often; every node does it, and it does not matter which comes first.
const HOUSEKEEPING_INTERVAL: Duration = Duration::from_mins(10);
/// Tries at the last flush, a second apart: a clean stop loses no count, but does not wait for ever.
const LAST_FLUSH_TRIES: u32 = 5;

impl Store {
    /// Works until `shutdown` completes, then writes the last counts and leaves the cluster. Complete
    /// `shutdown` when the last request has been answered.
    pub async fn run_background(&self, shutdown: impl Future<Output = ()> + Send) {
        let shutdown = shutdown.shared();
        let feed = feed::run(Arc::clone(&self.replica), self.url.clone(), shutdown.clone());
        tokio::join!(feed, self.flush_and_tidy(shutdown));
    }

    async fn flush_and_tidy(&self, mut shutdown: impl Future<Output = ()> + Unpin) {
        let mut flush = interval(self.options.usage_flush_interval);
        let mut housekeeping = interval(HOUSEKEEPING_INTERVAL);
        flush.set_missed_tick_behavior(MissedTickBehavior::Delay);
        housekeeping.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut flush_failed = false;
        loop {
            tokio::select! {
                () = &mut shutdown => break,
                _ = flush.tick() => flush_failed = self.flush_and_tell(flush_failed).await,
                _ = housekeeping.tick() => self.tidy_and_tell().await,
            }
        }
        self.flush_for_the_last_time().await;
    }

    /// One line when flushing begins to fail and one when it works again, not one a second.
    async fn flush_and_tell(&self, failed_before: bool) -> bool {
        match self.flush_usage().await {
            Ok(()) => {
                if failed_before {
                    tracing::info!("usage is being written again; nothing was lost");
                }
                false
            }
            Err(error) => {
                if !failed_before {
                    tracing::warn!(%error, "usage cannot be written; it is kept in memory until it can");
                }
                true
            }
        }
    }

    async fn tidy_and_tell(&self) {
        match self.delete_what_ended().await {
            Ok(0) => {}
            Ok(rows) => tracing::debug!(rows, "deleted rows that had ended"),
            Err(error) => {
                tracing::warn!(%error, "rows that ended could not be deleted; the next round tries again");
            }
        }
    }

    async fn flush_for_the_last_time(&self) {
        let mut outcome: Result<(), StorageError> = Ok(());
        for attempt in 0..LAST_FLUSH_TRIES {
            if attempt > 0 {
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
            outcome = self.flush_usage().await;
            if outcome.is_ok() {
                return;
            }
        }
        if let Err(error) = outcome {
            tracing::error!(%error, "the last counts of usage could not be written and are lost");
        }
    }
}
