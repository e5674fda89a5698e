//! PostgreSQL goes away: what callers and operators are told, and that service resumes by itself.

use std::time::{Duration, Instant};

use local_postgres::{LocalPostgres, Options};
use reqwest::StatusCode;

use crate::http::{Customer, create_user, is_ready, usage_with};
use crate::running_server::RunningServer;

const PATIENCE: Duration = Duration::from_secs(20);

async fn until_ready(server: &RunningServer, wanted: bool) {
    let begun = Instant::now();
    while is_ready(server).await != wanted {
        assert!(begun.elapsed() < PATIENCE, "ready: {}", !wanted);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_tells_when_and_why_a_node_stops_verifying_and_when_it_resumes() {
    let starting = tokio::task::spawn_blocking(|| LocalPostgres::start(Options::temporary()));
    let mut postgres = starting.await.unwrap().unwrap();
    let url = postgres.create_database("chaser").await.unwrap();
    let server = RunningServer::start_with(&url, &[("CHASER_LEASE", "1s")]).await;
    create_user(&url).await;
    let key = Customer::sign_in(&server.url).await.create_key("ci").await;
    let secret = key["secret"].as_str().unwrap();
    assert_eq!(usage_with(&server.url, secret).await.status(), StatusCode::OK);

    postgres.stop();
    until_ready(&server, false).await;
    let answer = usage_with(&server.url, secret).await;
    assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(answer.headers().contains_key("retry-after"));
    let begun = Instant::now();
    while line_of(&server, "stopped verifying").is_none() {
        assert!(begun.elapsed() < PATIENCE, "{}", server.log());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let warned = line_of(&server, "PostgreSQL does not answer; verifying until the lease ends");
    for line in [warned, line_of(&server, "stopped verifying")] {
        assert!(line.is_some_and(|line| line.contains(r#""reason":"#)), "{}", server.log());
    }

    postgres.start_again().unwrap();
    until_ready(&server, true).await;
    assert_eq!(usage_with(&server.url, secret).await.status(), StatusCode::OK);
    let log = server.stop().await;
    assert_eq!(log.matches("verifying keys: all of them are in memory").count(), 2, "{log}");

    // What the feed has told once is not told again for each request, nor what finds all well.
    assert!(!log.contains("could not answer"), "{log}");
    let probes: Vec<&str> = log.lines().filter(|line| line.contains(r#""path":"/readyz""#)).collect();
    assert!(!probes.is_empty() && probes.iter().all(|line| line.contains(r#""status":503"#)), "{probes:#?}");
}

fn line_of(server: &RunningServer, message: &str) -> Option<String> {
    server.log().lines().find(|line| line.contains(message)).map(str::to_owned)
}
