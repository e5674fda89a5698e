//! An API that accepts Chaser keys, `/v1/sessions`, and verifies them in its own process.
//!
//! The node takes part in the coherence protocol like any server: it verifies from memory, counts what it accepts, and
//! refuses a key from the moment its revoke has returned, on whichever server that was.
//!
//! `DATABASE_URL=… CHASER_PEPPERS=… cargo run -p chaser-keys-actix --example sessions_service [address:port]`
#![expect(
    clippy::disallowed_methods,
    clippy::print_stderr,
    reason = "an example reads its two settings and reports its failure itself; a server has a configuration and a log"
)]

mod sessions;
#[cfg(test)]
mod tests;

use std::process::ExitCode;
use std::time::Duration;

use actix_web::web::{self, Data, ServiceConfig};
use actix_web::{App, HttpServer};
use chaser_keys::Peppers;
use chaser_keys_actix::RequireKey;
use chaser_keys_node::{Node, NodeOptions};
use chaser_keys_service::SharedVerifier;
use tokio::sync::oneshot;

use sessions::Sessions;

type Failure = Box<dyn std::error::Error + Send + Sync>;

#[actix_web::main]
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

    let (verifier, sessions) = (SharedVerifier::new(node.verifier()), Data::new(Sessions::default()));
    HttpServer::new(move || {
        App::new().configure(|config| configure(config, verifier.clone(), sessions.clone()))
    })
    .bind(address)?
    .run()
    .await?;
    drop(drained);
    Ok(background.await?)
}

/// Every path below `/v1` asks for a good key, also one that does not exist.
fn configure(config: &mut ServiceConfig, verifier: SharedVerifier, sessions: Data<Sessions>) {
    config.app_data(sessions).service(
        web::scope("/v1")
            .wrap(RequireKey::new(verifier))
            .route("/sessions", web::get().to(sessions::list_sessions))
            .route("/sessions", web::post().to(sessions::create_session)),
    );
}
