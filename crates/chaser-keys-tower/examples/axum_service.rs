//! An axum API that accepts Chaser keys, `/v1/sessions`, and verifies them in its own process.
//!
//! `DATABASE_URL=… CHASER_PEPPERS=… cargo run -p chaser-keys-tower --example axum_service [address:port]`
#![expect(
    clippy::disallowed_methods,
    clippy::print_stderr,
    reason = "an example reads its two settings and reports its failure itself; a server has a configuration and a log"
)]

use std::process::ExitCode;
use std::time::Duration;

use axum::routing::get;
use axum::{Extension, Router};
use chaser_keys::{KeyMode, Peppers};
use chaser_keys_node::{Node, NodeOptions};
use chaser_keys_service::{SharedVerifier, VerifiedKey};
use chaser_keys_tower::RequireKeyLayer;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::oneshot;

type Failure = Box<dyn std::error::Error + Send + Sync>;

#[tokio::main]
async fn main() -> ExitCode {
    let Err(error) = serve().await else { return ExitCode::SUCCESS };
    // `Display` says what to do; a `main` that returns the error would print `Debug`.
    eprintln!("{error}");
    ExitCode::FAILURE
}

async fn serve() -> Result<(), Failure> {
    let url = std::env::var("DATABASE_URL")?.parse()?;
    let peppers: Peppers = std::env::var("CHASER_PEPPERS")?.parse()?;
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:8090".to_owned());
    let node = Node::join(&url, peppers, NodeOptions::default()).await?;

    // Keeps the copy of the keys current. It has to end after the last request, so that all usage is written.
    let (drained, when_drained) = oneshot::channel::<()>();
    let running = node.clone();
    let background = tokio::spawn(async move { running.run(async { _ = when_drained.await }).await });
    node.ready_within(Duration::from_mins(1)).await?;

    let application = application(SharedVerifier::new(node.verifier()));
    let stopped = stopped()?;
    axum::serve(TcpListener::bind(address).await?, application).with_graceful_shutdown(stopped).await?;
    drop(drained);
    Ok(background.await?)
}

/// Every path below `/v1` asks for a good key, also one that does not exist.
fn application(verifier: SharedVerifier) -> Router {
    let guarded = Router::new()
        .route("/sessions", get(list_sessions))
        .fallback(async || axum::http::StatusCode::NOT_FOUND)
        .layer(RequireKeyLayer::new(verifier));
    Router::new().nest("/v1", guarded)
}

async fn list_sessions(Extension(key): Extension<VerifiedKey>) -> String {
    if key.mode == KeyMode::Live {
        format!("sessions of workspace {}\n", key.workspace_id)
    } else {
        "a test key starts no sessions\n".to_owned()
    }
}

/// Completes with Ctrl-C, and with the SIGTERM that systemd and Kubernetes send.
fn stopped() -> std::io::Result<impl Future<Output = ()>> {
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}
