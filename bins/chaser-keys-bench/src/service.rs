//! A service's route, open and behind `RequireKey`.

use std::time::Duration;

use actix_web::web::{self, ServiceConfig};
use chaser_keys_actix::RequireKey;
use chaser_keys_node::{Node, NodeOptions, Verifier};
use chaser_keys_service::SharedVerifier;

use crate::{Failure, peppers};

pub(crate) fn routes(config: &mut ServiceConfig) {
    config.route("/v1/sessions", web::get().to(sessions));
}

pub(crate) async fn guarded_routes(
    url: &str,
) -> Result<impl Fn(&mut ServiceConfig) + Clone + Send + 'static, Failure> {
    let verifier = SharedVerifier::new(verifier(url).await?);
    Ok(move |config: &mut ServiceConfig| {
        let guard = RequireKey::new(verifier.clone());
        config.service(web::scope("/v1").wrap(guard).route("/sessions", web::get().to(sessions)));
    })
}

async fn sessions() -> &'static str {
    "ok"
}

/// Of a node that verifies until the process ends.
async fn verifier(url: &str) -> Result<Verifier, Failure> {
    let node = Node::join(&url.parse()?, peppers()?, NodeOptions::default()).await?;
    let running = node.clone();
    tokio::spawn(async move { running.run(std::future::pending()).await });
    node.ready_within(Duration::from_mins(1)).await?;
    Ok(node.verifier())
}
