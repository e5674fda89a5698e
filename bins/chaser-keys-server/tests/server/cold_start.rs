//! Many servers at once on a database with nothing in it.

use reqwest::StatusCode;

use crate::{
    database,
    http::{Customer, create_user, is_ready, usage_with},
    running_server::RunningServer,
};

#[tokio::test]
async fn servers_that_start_together_apply_the_schema_once_and_share_it() {
    let database = database::empty().await;
    let start = || RunningServer::start(database.url());
    let (first, second, third) = tokio::join!(start(), start(), start());
    let applied = |server: &RunningServer| server.log().matches("applied a migration").count();
    let counts = [applied(&first), applied(&second), applied(&third)];
    let total: usize = counts.iter().sum();
    assert!(total > 1 && counts.contains(&total), "one server applies all: {counts:?}");

    create_user(database.url()).await;
    let key = Customer::sign_in(&first.url).await.create_key("shared").await;
    for server in [&first, &second, &third] {
        assert!(is_ready(server).await);
        assert_eq!(usage_with(&server.url, key["secret"].as_str().unwrap()).await.status(), StatusCode::OK);
    }
}
