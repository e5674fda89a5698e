//! A service's route, open and behind `RequireKey`.

use actix_web::web::{self, Data, ServiceConfig};
use chaser_keys_http::service::RequireKey;
use chaser_keys_storage::{Store, StoreOptions, Verifier};

use crate::{Failure, peppers};

pub(crate) fn routes(config: &mut ServiceConfig) {
    config.route("/v1/sessions", web::get().to(sessions));
}

pub(crate) async fn guarded_routes(
    url: &str,
) -> Result<impl Fn(&mut ServiceConfig) + Clone + Send + 'static, Failure> {
    let verifier = Data::new(verifier(url).await?);
    Ok(move |config: &mut ServiceConfig| {
        let guarded = web::scope("/v1").wrap(RequireKey).route("/sessions", web::get().to(sessions));
        config.app_data(verifier.clone()).service(guarded);
    })
}

async fn sessions() -> &'static str {
    "ok"
}

/// Of a node that verifies until the process ends.
async fn verifier(url: &str) -> Result<Verifier, Failure> {
    let store = Store::connect(&url.parse()?, peppers()?, StoreOptions::default()).await?;
    let node = store.clone();
    tokio::spawn(async move { node.run_background(std::future::pending()).await });
    store.node().until_ready().await;
    Ok(store.node().verifier())
}
