//! `db`: PostgreSQL alone.

use rustix::process::Signal;
use serde_json::Value;

use crate::process::{Running, data_directory, postmaster_in, vanishes};

#[tokio::test]
async fn db_prints_the_url_and_stays_until_it_is_stopped() {
    let mut running = Running::start(&["db", "--json", "--ephemeral"]);
    let line = running.line().await;
    let ready: Value = serde_json::from_str(&line).unwrap();
    let url = ready["database_url"].as_str().unwrap();
    assert_eq!(line, format!(r#"{{"database_url":"{url}"}}"#));

    let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    let name: String = client.query_one("select current_database()::text", &[]).await.unwrap().get(0);
    assert_eq!(name, "chaser_keys");

    let postmaster = postmaster_in(&data_directory(url));
    running.stop(Signal::INT).await;
    assert!(vanishes(postmaster).await, "PostgreSQL outlived the run");
}
