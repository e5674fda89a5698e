//! What a server does besides answering: the node's work, and deleting rows that have expired.

mod housekeeping;

use std::future::Future;
use std::time::Duration;

use chaser_keys_node::ErrorChain;
use futures_util::FutureExt;
use tokio::time::{MissedTickBehavior, interval};

use crate::Store;

/// Expired rows are deleted this often; every server does it, and it does not matter which comes first.
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
                _ = housekeeping.tick() => self.delete_and_log().await,
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
