//! PostgreSQL goes away, freezes and comes back.

use std::process::Command;
use std::time::{Duration, Instant};

use chaser_keys::KeyMode;
use chaser_keys_storage::{Store, StoreOptions};
use local_postgres::{Durability, LocalPostgres, Options};

use crate::support::{connect, issued, migrate, peppers};

/// Short, so that the test is.
fn impatient() -> StoreOptions {
    let short = Duration::from_millis(300);
    StoreOptions {
        connect_timeout: short,
        acquire_timeout: short,
        statement_timeout: short,
        ..StoreOptions::default()
    }
}

/// A server that keeps what it confirmed, also when it is killed.
fn durable() -> Options {
    Options::temporary().durability(Durability::Durable)
}

async fn server_of_its_own() -> (LocalPostgres, Store, chaser_keys::IssuedKey) {
    let postgres = tokio::task::spawn_blocking(|| LocalPostgres::start(durable())).await.unwrap().unwrap();
    let url = postgres.create_database("chaser").await.unwrap();
    migrate(url.clone()).await.unwrap();
    let store = connect(&url, peppers(&[("p1", 1)]), impatient()).await;
    let workspace = store.create_workspace(&"Acme".parse().unwrap()).await.unwrap();
    let creation = store.create_key(workspace, "ci".parse().unwrap(), KeyMode::Live, None).await.unwrap();
    (postgres, store, issued(creation))
}

async fn until_it_answers(store: &Store, key: &chaser_keys::IssuedKey) -> bool {
    let deadline = Instant::now() + Duration::from_secs(20);
    while Instant::now() < deadline {
        match store.verifier().authenticate(&key.secret).await {
            Ok(answer) => return answer.is_some(),
            Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
        }
    }
    panic!("the store did not recover")
}

#[tokio::test(flavor = "multi_thread")]
async fn without_postgresql_a_good_key_is_neither_good_nor_bad_and_then_good_again() {
    let (mut postgres, store, key) = server_of_its_own().await;
    assert!(store.verifier().authenticate(&key.secret).await.unwrap().is_some());
    postgres.kill();
    for _ in 0..5 {
        let unproven = store.verifier().authenticate(&key.secret).await.unwrap_err();
        assert!(unproven.0.is_unavailable(), "{unproven}");
    }
    assert!(store.check_ready().await.unwrap_err().is_unavailable());
    postgres.start_again().unwrap();
    assert!(until_it_answers(&store, &key).await, "never a false no");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_frozen_postgresql_costs_a_bounded_wait() {
    let (postgres, store, key) = server_of_its_own().await;
    let backends = signal_all_backends(&postgres, "STOP");
    let begun = Instant::now();
    let unproven = store.verifier().authenticate(&key.secret).await.unwrap_err();
    assert!(unproven.0.is_unavailable(), "{unproven}");
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    send_signal(&backends, "CONT");
    assert!(until_it_answers(&store, &key).await);
}

/// Signals the server's processes, which are children of the one that was started for this test.
fn signal_all_backends(postgres: &LocalPostgres, signal: &str) -> Vec<String> {
    let parent = postgres.pid().unwrap().to_string();
    let children = Command::new("ps").args(["-o", "pid=", "--ppid", &parent]).output().unwrap();
    let mut pids: Vec<String> =
        String::from_utf8(children.stdout).unwrap().split_whitespace().map(str::to_owned).collect();
    pids.push(parent);
    send_signal(&pids, signal);
    pids
}

fn send_signal(pids: &[String], signal: &str) {
    // Some may have ended by themselves in between.
    Command::new("kill").arg(format!("-{signal}")).args(pids).output().unwrap();
}
