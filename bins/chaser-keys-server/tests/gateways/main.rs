//! The real proxies in front of a real API, with the very configuration files of docs/gateways.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

#[path = "../server/database.rs"]
#[expect(dead_code, reason = "shared with the other tests of the server")]
mod database;
mod example_service;
mod front;
mod gateway;
mod gigabytes;
#[path = "../server/http.rs"]
#[expect(dead_code, reason = "shared with the other tests of the server")]
mod http;
mod outage;
mod packages;
#[path = "../server/process.rs"]
#[expect(dead_code, reason = "shared with the other tests of the server")]
mod process;
#[path = "../server/running_server.rs"]
#[expect(dead_code, reason = "shared with the other tests of the server")]
mod running_server;
mod scene;
mod snippets;
mod upstream;

use gateway::Proxy;
use scene::Scene;

/// Everything that must hold behind a proxy, on one scene: each proxy is started once.
async fn holds_behind(proxy: Proxy) {
    holds_on(Scene::prepare(proxy).await).await;
}

async fn holds_on(mut scene: Scene) {
    scene.a_good_key_reaches_the_api_with_its_identity_and_without_the_secret().await;
    scene.what_a_client_claims_about_itself_is_not_believed().await;
    scene.a_bad_key_is_401_and_the_api_sees_nothing().await;
    scene.no_path_leads_round_the_authority().await;
    scene.what_is_not_below_v1_never_reaches_the_api().await;
    scene.a_body_of_a_megabyte_arrives_whole().await;
    scene.a_key_that_was_revoked_on_another_node_is_refused_at_once().await;
    scene.while_it_cannot_be_known_clients_are_told_to_come_back_and_nothing_is_let_through().await;
    scene.without_the_authority_nothing_is_let_through().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nginx() {
    holds_behind(Proxy::Nginx).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn caddy() {
    holds_behind(Proxy::Caddy).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn haproxy() {
    holds_behind(Proxy::Haproxy).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pass_through() {
    holds_on(Scene::prepare_pass_through().await).await;
}

/// The check for spoofed headers is worth something: without the line that overwrites them, it finds them.
#[tokio::test(flavor = "multi_thread")]
async fn a_configuration_that_believes_clients_is_found_out() {
    let scene = Scene::prepare_with(Proxy::Nginx, |configuration| {
        configuration.replace("proxy_set_header X-Chaser-Key-Id $chaser_key_id;", "")
    });
    assert!(scene.await.is_spoofed().await);
}
