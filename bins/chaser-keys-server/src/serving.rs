//! The running server: requests in front, background tasks behind, and the order in which they stop.

use std::future::Future;

use chaser_keys_http::Listeners;
use chaser_keys_storage::Store;
use tokio::sync::oneshot;

use crate::config::ServeConfig;
use crate::failure::Failure;

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
        // Completes also when the sender is dropped.
        let drained = async { _ = asked_to_drain.await };
        counting.run_background(drained).await;
    });
    tokio::select! {
        served = chaser_keys_http::serve(listeners, store, config.http_options.clone(), shutdown) => {
            served.map_err(Failure::Serving)?;
        }
        // Without them no usage is counted and no expired row deleted: let the supervisor restart the server.
        ended = &mut background => {
            let reason = if ended.is_err() { "a background task panicked" } else { "the background tasks ended" };
            return Err(Failure::Background(reason));
        }
    }
    drop(drain);
    background.await.map_err(|_| Failure::Background("the last usage counts were not written"))?;
    // Storage logs counts that could not be written, as an error.
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
