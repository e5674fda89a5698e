//! An API of one's own behind Chaser keys: `/v1/sessions`, verified in this very process.
//!
//! The node joins the coherence protocol like any server: it verifies from memory, counts what it accepts, and
//! refuses a key from the moment its revoke has answered, wherever that was.
//!
//! `DATABASE_URL=… CHASER_PEPPERS=… cargo run -p chaser-keys-http --example sessions_service [address:port]`
#![expect(
    clippy::disallowed_methods,
    reason = "an example reads its two settings itself; a server has a configuration"
)]

mod sessions;
#[cfg(test)]
mod tests;

use actix_web::web::{self, Data, ServiceConfig};
use actix_web::{App, HttpServer};
use chaser_keys_http::service::RequireKey;
use chaser_keys_storage::{Store, StoreOptions, Verifier};
use tokio::sync::oneshot;

use sessions::Sessions;

type Failure = Box<dyn std::error::Error + Send + Sync>;

#[actix_web::main]
async fn main() -> Result<(), Failure> {
    let url = std::env::var("DATABASE_URL")?.parse()?;
    let peppers = std::env::var("CHASER_PEPPERS")?.parse()?;
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:8090".to_owned());
    let store = Store::connect(&url, peppers, StoreOptions::default()).await?;

    // Keeps the copy of the keys current. It ends after the last request, so that every use is written.
    let (drained, when_drained) = oneshot::channel::<()>();
    let node = store.clone();
    let background = tokio::spawn(async move { node.run_background(async { _ = when_drained.await }).await });
    store.node().until_ready().await;

    let (verifier, sessions) = (Data::new(store.node().verifier()), Data::new(Sessions::default()));
    HttpServer::new(move || {
        App::new().configure(|config| configure(config, verifier.clone(), sessions.clone()))
    })
    .bind(address)?
    .run()
    .await?;
    drop(drained);
    Ok(background.await?)
}

/// Everything below `/v1` takes a good key, also what is not there.
fn configure(config: &mut ServiceConfig, verifier: Data<Verifier>, sessions: Data<Sessions>) {
    config.app_data(verifier).app_data(sessions).service(
        web::scope("/v1")
            .wrap(RequireKey)
            .route("/sessions", web::get().to(sessions::list_sessions))
            .route("/sessions", web::post().to(sessions::create_session)),
    );
}
