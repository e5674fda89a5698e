//! The running server: requests in front, background tasks behind, and the order in which they stop.

use std::future::Future;

use chaser_keys_http::{HttpOptions, Listeners};
use chaser_keys_storage::Store;
use tokio::sync::oneshot;

use crate::{config::ServeConfig, failure::Failure};

/// Serves until `shutdown`, then finishes the requests in flight, and only then writes the last usage counts.
pub async fn serve(
    listeners: Listeners,
    store: Store,
    config: &ServeConfig,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), Failure> {
    announce(&listeners);
    let (drain, asked_to_drain) = oneshot::channel::<()>();
    let counting = store.clone();
    let mut background = tokio::spawn(async move {
        // Also when the sender is dropped.
        let drained = async { _ = asked_to_drain.await };
        counting.run_background(drained).await;
    });
    let options: HttpOptions = config.http_options();
    tokio::select! {
        served = chaser_keys_http::serve(listeners, store, options, shutdown) => {
            served.map_err(|error| Failure::Stopped(error.to_string()))?;
        }
        // Without them nothing is counted and nothing tidied: better to be started again.
        ended = &mut background => {
            let reason = if ended.is_err() { "a background task panicked" } else { "the background tasks ended" };
            return Err(Failure::Stopped(reason.to_owned()));
        }
    }
    drop(drain);
    background.await.map_err(|_| Failure::Stopped("the last usage counts were not written".to_owned()))?;
    // Counts that could not be written are told by the storage, as an error.
    tracing::info!("stopped: every request was answered");
    Ok(())
}

fn announce(listeners: &Listeners) {
    let address = |listener: &std::net::TcpListener| {
        listener.local_addr().map_or("unknown".to_owned(), |address| address.to_string())
    };
    tracing::info!(
        public = address(&listeners.public),
        internal = address(&listeners.internal),
        version = env!("CARGO_PKG_VERSION"),
        "serving",
    );
}
