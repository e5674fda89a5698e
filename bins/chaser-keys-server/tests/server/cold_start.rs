//! Many servers at once on a database with nothing in it.

use reqwest::{Method, StatusCode};

use crate::database;
use crate::http::{Customer, create_user, is_ready, usage_with};
use crate::running_server::RunningServer;

#[tokio::test]
async fn ten_servers_that_start_together_apply_the_schema_once_and_share_it() {
    let database = database::empty().await;
    let servers = futures_util::future::join_all((0..10).map(|_| RunningServer::start(database.url()))).await;
    let applied = |server: &RunningServer| server.log().matches("applied a migration").count();
    let counts: Vec<usize> = servers.iter().map(applied).collect();
    let total: usize = counts.iter().sum();
    assert!(total > 1 && counts.contains(&total), "one server applies all: {counts:?}");

    create_user(database.url()).await;
    let customer = Customer::sign_in(&servers[0].url).await;
    let key = customer.create_key("shared").await;
    for server in &servers {
        assert!(is_ready(server).await);
        assert_eq!(usage_with(&server.url, key["secret"].as_str().unwrap()).await.status(), StatusCode::OK);
        assert_eq!(customer.list_at(&server.url).await, StatusCode::OK);
    }
    // Signed out on one, signed out on all, on return.
    let left = customer.call(Method::POST, "/v1/auth/logout", None).await;
    assert_eq!(left.status(), StatusCode::NO_CONTENT);
    for server in &servers {
        assert_eq!(customer.list_at(&server.url).await, StatusCode::UNAUTHORIZED);
    }
}

#[tokio::test]
async fn a_server_runs_on_a_schema_that_is_one_version_ahead() {
    let database = database::migrated().await;
    let next = "insert into __diesel_schema_migrations (version) values ('99991231000001');
        alter table api_keys add column something_new text;
        alter table nodes add column something_new text not null default 'x'";
    database::connect(database.url()).await.batch_execute(next).await.unwrap();
    for migrate in ["on", "off"] {
        let server = RunningServer::start_with(database.url(), &[("CHASER_MIGRATE", migrate)]).await;
        assert!(is_ready(&server).await);
        server.stop().await;
    }
}
