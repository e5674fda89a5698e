//! PostgreSQL's disk is full: whatever was answered with yes is true all the same.

use std::time::{Duration, Instant};

use local_postgres::{LocalPostgres, Options};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::database;
use crate::http::{Customer, create_user, usage_with};
use crate::running_server::RunningServer;
use crate::small_disk::SmallDisk;

const PATIENCE: Duration = Duration::from_mins(1);
/// So many refusals show that the disk was full.
const ENOUGH: usize = 6;

#[derive(Default)]
struct Answered {
    created: Vec<String>,
    revoked: Vec<String>,
    refused: usize,
}

#[tokio::test(flavor = "multi_thread")]
async fn with_a_full_disk_nothing_is_answered_with_yes_that_was_not_kept() {
    let disk = SmallDisk::new();
    let options = Options::kept(disk.path()).setting("min_wal_size", "32MB").setting("max_wal_size", "32MB");
    let starting = tokio::task::spawn_blocking(|| LocalPostgres::start(options));
    let mut postgres = starting.await.unwrap().unwrap();
    let url = postgres.create_database("chaser").await.unwrap();
    let server = RunningServer::start(&url).await;
    create_user(&url).await;
    let customer = Customer::sign_in(&server.url).await;
    let mut keys = Vec::new();
    for number in 0..20 {
        keys.push(customer.create_key(&format!("key {number}")).await);
    }
    let (live, doomed) = keys.split_first().unwrap();
    let secret = live["secret"].as_str().unwrap();

    // So that every file has its first page, and some revokes succeed on the full disk.
    let (before, doomed) = doomed.split_at(2);
    for key in before {
        let path = format!("/v1/keys/{}", key["id"].as_str().unwrap());
        assert_eq!(customer.call(Method::DELETE, &path, None).await.status(), StatusCode::NO_CONTENT);
    }

    disk.fill(&postgres);
    let answered = work(&customer, &server, &url, secret, doomed).await;
    disk.make_room();
    let restarting = tokio::task::spawn_blocking(move || {
        postgres.kill();
        postgres.start_again().unwrap();
        postgres
    });
    let _postgres = restarting.await.unwrap();
    let begun = Instant::now();
    loop {
        let status = usage_with(&server.url, secret).await.status();
        assert_ne!(status, StatusCode::UNAUTHORIZED, "a live key was refused");
        if status == StatusCode::OK {
            break;
        }
        assert!(begun.elapsed() < PATIENCE, "service resumes by itself");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let client = database::connect(&url).await;
    for (ids, state) in
        [(&answered.created, "revoked_at is null"), (&answered.revoked, "revoked_at is not null")]
    {
        let query = format!("select count(*) from api_keys where {state} and id::text = any($1)");
        let kept: i64 = client.query_one(&query, &[ids]).await.unwrap().get(0);
        assert_eq!(kept, i64::try_from(ids.len()).unwrap(), "{state}");
    }
    server.stop().await;
}

/// Makes and revokes keys until PostgreSQL has refused often enough.
async fn work(
    customer: &Customer,
    server: &RunningServer,
    url: &str,
    secret: &str,
    doomed: &[Value],
) -> Answered {
    let mut answered = Answered::default();
    let begun = Instant::now();
    for key in doomed.iter().cycle() {
        // A commit fits into what its log has reserved; not so the next segment.
        _ = try_to_use_up_the_log(url).await;
        let created = customer.call(Method::POST, "/v1/keys", Some(json!({ "name": "late" }))).await;
        if created.status() == StatusCode::CREATED {
            let created: Value = created.json().await.unwrap();
            answered.created.push(created["id"].as_str().unwrap().to_owned());
        } else {
            assert_eq!(created.status(), StatusCode::SERVICE_UNAVAILABLE);
            answered.refused += 1;
        }
        let id = key["id"].as_str().unwrap();
        let revoked = customer.call(Method::DELETE, &format!("/v1/keys/{id}"), None).await;
        if revoked.status() == StatusCode::NO_CONTENT {
            answered.revoked.push(id.to_owned());
        } else {
            assert_eq!(revoked.status(), StatusCode::SERVICE_UNAVAILABLE);
            answered.refused += 1;
        }
        let verdict = usage_with(&server.url, secret).await.status();
        assert_ne!(verdict, StatusCode::UNAUTHORIZED, "a live key was refused");
        assert!(begun.elapsed() < PATIENCE, "the disk is not full");
        if answered.refused >= ENOUGH {
            break;
        }
    }
    answered.revoked.sort_unstable();
    answered.revoked.dedup();
    answered
}

async fn try_to_use_up_the_log(url: &str) -> Result<(), tokio_postgres::Error> {
    let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await?;
    tokio::spawn(connection);
    client.batch_execute("select pg_logical_emit_message(false, 'filler', repeat('x', 500000))").await
}
