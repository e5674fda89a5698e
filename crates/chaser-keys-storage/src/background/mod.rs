//! The background work of a server: the node's, and deleting expired rows.

mod housekeeping;

use std::future::Future;
use std::time::Duration;

use chaser_keys_node::ErrorChain;
use futures_util::FutureExt;
use tokio::time::{MissedTickBehavior, interval};

use crate::Store;

/// How often each server deletes expired rows. It does not matter which server comes first.
const HOUSEKEEPING_INTERVAL: Duration = Duration::from_mins(10);

impl Store {
    /// Works until `shutdown` completes, then writes the last counts and leaves the cluster. Complete
    /// `shutdown` when the last request has been answered.
    pub async fn run_background(&self, shutdown: impl Future<Output = ()> + Send) {
        let shutdown = shutdown.shared();
        tokio::join!(self.node.run(shutdown.clone()), self.delete_expired_rows_until(shutdown));
    }

    async fn delete_expired_rows_until(&self, mut shutdown: impl Future<Output = ()> + Unpin) {
        let mut housekeeping = interval(HOUSEKEEPING_INTERVAL);
        housekeeping.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = &mut shutdown => return,
                // Boxed: it would make up most of the background task's 20 kB, and runs for milliseconds.
                _ = housekeeping.tick() => Box::pin(self.delete_and_log()).await,
            }
        }
    }

    async fn delete_and_log(&self) {
        match self.delete_expired_rows().await {
            Ok(0) => {}
            Ok(rows) => tracing::debug!(rows, "deleted rows that had expired"),
            Err(error) => {
                let error = ErrorChain(&error);
                tracing::warn!(%error, "expired rows could not be deleted; the next attempt follows in ten minutes");
            }
        }
    }
}
