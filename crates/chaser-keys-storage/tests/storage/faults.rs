//! PostgreSQL stops, freezes and comes back.

use std::process::Command;
use std::time::{Duration, Instant};

use chaser_keys::KeyMode;
use chaser_keys_storage::testing::migrate;
use chaser_keys_storage::{FreshnessUnproven, SecretConfirmation, Store, StoreOptions};
use local_postgres::{Durability, LocalPostgres, Options};

use crate::support::{connect, issued, peppers};

const LEASE: Duration = Duration::from_secs(3);

/// Short time limits, so that the test is short.
fn impatient() -> StoreOptions {
    let short = Duration::from_millis(300);
    StoreOptions {
        connect_timeout: short,
        acquire_timeout: short,
        statement_timeout: short,
        lease: LEASE,
        ..StoreOptions::default()
    }
}

/// A server that keeps confirmed commits when it is killed.
fn durable() -> Options {
    Options::temporary().durability(Durability::Durable)
}

async fn server_of_its_own() -> (LocalPostgres, Store, chaser_keys::IssuedKey) {
    let postgres = tokio::task::spawn_blocking(|| LocalPostgres::start(durable())).await.unwrap().unwrap();
    let url = postgres.create_database("chaser").await.unwrap();
    migrate(url.clone()).await.unwrap();
    let store = connect(&url, peppers(&[("p1", 1)]), impatient()).await;
    let workspace = store.create_workspace(&"Acme".parse().unwrap()).await.unwrap();
    let creation = store
        .create_key(workspace, "ci".parse().unwrap(), KeyMode::Live, None, SecretConfirmation::NotNeeded)
        .await
        .unwrap();
    (postgres, store, issued(creation))
}

async fn until_it_answers(store: &Store, key: &chaser_keys::IssuedKey) -> bool {
    let deadline = Instant::now() + Duration::from_secs(20);
    while Instant::now() < deadline {
        match store.node().verifier().verify(&key.secret).await {
            Ok(answer) => return answer.is_some(),
            Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
        }
    }
    panic!("the store did not recover")
}

#[tokio::test(flavor = "multi_thread")]
async fn without_postgresql_keys_are_good_for_the_lease_then_unproven_then_good_again() {
    let (mut postgres, store, key) = server_of_its_own().await;
    // A new key is unknown until it is in memory.
    assert!(until_it_answers(&store, &key).await);
    let gone = Instant::now();
    postgres.kill();
    assert!(store.node().verifier().verify(&key.secret).await.unwrap().is_some(), "from memory");
    while let Ok(answer) = store.node().verifier().verify(&key.secret).await {
        assert!(answer.is_some(), "never a false no");
        assert!(gone.elapsed() <= LEASE + Duration::from_millis(200), "a lease lasts {LEASE:?}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert!(!store.node().is_ready());
    postgres.start_again().unwrap();
    assert!(until_it_answers(&store, &key).await, "never a false no");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_frozen_postgresql_is_as_good_as_none() {
    let (postgres, store, key) = server_of_its_own().await;
    let backends = signal_all_backends(&postgres, "STOP");
    let frozen = Instant::now();
    while store.node().verifier().verify(&key.secret).await.is_ok() {
        assert!(frozen.elapsed() <= LEASE + Duration::from_millis(200), "a lease lasts {LEASE:?}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    send_signal(&backends, "CONT");
    assert!(until_it_answers(&store, &key).await);
}

/// A key that was created elsewhere is looked up at the moment at which PostgreSQL stops.
#[tokio::test(flavor = "multi_thread")]
async fn a_look_up_that_postgresql_does_not_answer_refuses_no_key() {
    for killed in [false, true] {
        let (mut postgres, store, first) = server_of_its_own().await;
        assert!(until_it_answers(&store, &first).await);
        let creation = store
            .create_key(
                first.key.workspace_id,
                "new".parse().unwrap(),
                KeyMode::Live,
                None,
                SecretConfirmation::NotNeeded,
            )
            .await;
        let new = issued(creation.unwrap());
        let backends = signal_all_backends(&postgres, "STOP");
        let verifier = store.node().verifier();
        let (begun, secret) =
            (Instant::now(), new.secret.expose().parse::<chaser_keys::SecretKey>().unwrap());
        let looking_up = tokio::spawn(async move { verifier.verify(&secret).await });
        tokio::time::sleep(Duration::from_millis(100)).await;
        if killed {
            postgres.kill();
            send_signal(&backends, "KILL");
        }
        let answer = looking_up.await.unwrap();
        assert_eq!(answer, Err(FreshnessUnproven), "killed: {killed}");
        assert!(begun.elapsed() <= LEASE + Duration::from_millis(500), "{:?}", begun.elapsed());
        if killed {
            postgres.start_again().unwrap();
        } else {
            send_signal(&backends, "CONT");
        }
        assert!(until_it_answers(&store, &new).await);
    }
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
    // Some may have ended by themselves meanwhile.
    Command::new("kill").arg(format!("-{signal}")).args(pids).output().unwrap();
}
