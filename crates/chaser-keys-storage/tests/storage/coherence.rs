//! Several nodes on one database: all of them know what one does.

use std::time::{Duration, Instant};

use chaser_keys::{IssuedKey, KeyMode};
use chaser_keys_storage::{FreshnessUnproven, Store, StoreOptions};
use tokio::sync::oneshot;

use crate::support::{TestStore, connect, peppers, quiet, start_node};

async fn another_node(test: &TestStore) -> Store {
    connect(test.database.url(), peppers(&[("p1", 1)]), quiet()).await
}

async fn accepts(node: &Store, key: &IssuedKey) -> bool {
    node.node().verifier().verify(&key.secret).await.unwrap().is_some()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_key_works_on_every_node_at_once() {
    let test = TestStore::new().await;
    let nodes = [another_node(&test).await, another_node(&test).await];
    for number in 0..50 {
        let key = test.create_key(&format!("key {number}")).await;
        for node in &nodes {
            assert!(accepts(node, &key).await, "no node may say no to key {number}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn when_a_revoke_returns_no_node_accepts_the_key() {
    let test = TestStore::new().await;
    let nodes = [another_node(&test).await, another_node(&test).await];
    for number in 0..50 {
        let key = test.create_key(&format!("key {number}")).await;
        for node in &nodes {
            assert!(accepts(node, &key).await);
        }
        test.revoke(&key.key).await;
        for node in &nodes {
            assert!(!accepts(node, &key).await, "key {number}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_barrier_some_node_still_accepts_the_key() {
    let test = TestStore::new().await;
    let node = another_node(&test).await;
    let mut violations = 0;
    for number in 0..200 {
        let key = test.create_key(&format!("key {number}")).await;
        assert!(accepts(&node, &key).await);
        // The same write without the wait for other nodes.
        test.sql(&format!("update api_keys set revoked_at = clock_timestamp() where id = '{}'", key.key.id))
            .await;
        violations += usize::from(accepts(&node, &key).await);
    }
    assert!(violations > 0, "the broken variant must be caught");
}

#[tokio::test(flavor = "multi_thread")]
async fn rotating_without_grace_is_known_everywhere_when_it_returns() {
    let test = TestStore::new().await;
    let node = another_node(&test).await;
    for number in 0..20 {
        let old = test.create_key(&format!("key {number}")).await;
        assert!(accepts(&node, &old).await);
        let new = test.rotate(&old.key, 0).await.unwrap();
        assert!(!accepts(&node, &old).await && accepts(&node, &new).await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operators_update_reaches_every_node() {
    let test = TestStore::new().await;
    let node = another_node(&test).await;
    let key = test.create_key("leaked").await;
    assert!(accepts(&node, &key).await);
    test.sql("update api_keys set revoked_at = clock_timestamp()").await;
    let begun = Instant::now();
    while accepts(&node, &key).await {
        assert!(begun.elapsed() < Duration::from_secs(5), "within a round");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn verifying_known_keys_asks_the_database_nothing() {
    let test = TestStore::new().await;
    let key = test.create_key("ci").await;
    assert!(accepts(&test.store, &key).await);
    let (statements, rounds) = (last_statements(&test).await, test.store.node().status().rounds);
    let begun = Instant::now();
    for _ in 0..100_000 {
        assert!(accepts(&test.store, &key).await);
    }
    // PostgreSQL's statistics show no statement on any connection but the feed's, ...
    assert_eq!(last_statements(&test).await, statements);
    // ... and there only the regular rounds.
    let rounds = test.store.node().status().rounds - rounds;
    let due = u64::try_from(begun.elapsed().as_millis()).unwrap() / 500 + 1;
    assert!(rounds <= due, "{rounds} rounds in {:?}", begun.elapsed());

    // A node without a replica would fail this at its first look-up.
    test.store.find_key(test.workspace, key.key.id).await.unwrap().unwrap();
    assert_ne!(last_statements(&test).await, statements);
}

/// Each connection of the node but the feed's, and the time of its last statement.
async fn last_statements(test: &TestStore) -> Vec<Option<String>> {
    let query = "select pid || ' ' || query_start from pg_stat_activity
        where datname = current_database() and application_name = 'chaser-keys' order by 1";
    test.texts(query).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_still_loads_is_not_ready_and_says_neither_yes_nor_no() {
    let test = TestStore::new().await;
    let key = test.create_key("ci").await;
    let url = test.database.url().parse().unwrap();
    let node = Store::connect(&url, peppers(&[("p1", 1)]), quiet()).await.unwrap();
    let (operator, connection) =
        tokio_postgres::connect(test.database.url(), tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    // Loading reads the table.
    operator.batch_execute("begin; lock table api_keys in access exclusive mode").await.unwrap();
    let background = node.clone();
    tokio::spawn(async move { background.run_background(std::future::pending()).await });
    let loading = "select count(*) from pg_locks where not granted and relation = 'api_keys'::regclass";
    while operator.query_one(loading, &[]).await.unwrap().get::<_, i64>(0) == 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert!(!node.node().is_ready());
    assert_eq!(node.node().verifier().verify(&key.secret).await, Err(FreshnessUnproven));
    operator.batch_execute("rollback").await.unwrap();
    node.node().until_ready().await;
    assert!(accepts(&node, &key).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_unknown_keys_shares_a_few_rounds() {
    let test = TestStore::new().await;
    let node = another_node(&test).await;
    let before = node.node().status().rounds;
    let begun = Instant::now();
    let flood: Vec<_> = (0..10u8)
        .map(|seed| {
            let verifier = node.node().verifier();
            tokio::spawn(async move {
                for number in 0..1_000u16 {
                    let mut entropy = [seed; 28];
                    entropy[..2].copy_from_slice(&number.to_be_bytes());
                    let entropy = chaser_keys::SecretEntropy::from_bytes(entropy);
                    let unknown = chaser_keys::SecretKey::from_entropy(KeyMode::Live, entropy);
                    assert_eq!(verifier.verify(&unknown).await.unwrap(), None);
                }
            })
        })
        .collect();
    for task in flood {
        task.await.unwrap();
    }
    let rounds = node.node().status().rounds - before;
    // At most one every five milliseconds, and the regular ones.
    let bound = u64::try_from(begun.elapsed().as_millis()).unwrap() / 5 + 20;
    assert!(rounds <= bound, "{rounds} rounds in {:?}", begun.elapsed());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_stops_cleanly_is_not_waited_for() {
    let test = TestStore::new().await;
    let (stop, stopped) = oneshot::channel::<()>();
    let stopped = async { _ = stopped.await };
    let (_, background) = start_node(test.database.url(), peppers(&[("p1", 1)]), quiet(), stopped).await;
    stop.send(()).unwrap();
    background.await.unwrap();
    let key = test.create_key("ci").await;
    let begun = Instant::now();
    test.revoke(&key.key).await;
    assert!(begun.elapsed() < Duration::from_secs(1), "{:?}", begun.elapsed());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_died_is_waited_for_once_and_then_swept() {
    let short = StoreOptions { lease: Duration::from_secs(1), ..quiet() };
    let test = TestStore::with(short).await;
    // A registration without heartbeats, as kill -9 leaves it.
    test.sql("insert into nodes values (gen_random_uuid(), 0, 0, 1000, clock_timestamp())").await;
    let (first, second) = (test.create_key("first").await, test.create_key("second").await);
    let begun = Instant::now();
    test.revoke(&first.key).await;
    let waited = begun.elapsed();
    assert!(waited <= Duration::from_secs(2), "W is 1.5 seconds: {waited:?}");
    while test.store.node().status().members > 1 {
        assert!(begun.elapsed() < Duration::from_secs(10), "the dead node is swept");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let begun = Instant::now();
    test.revoke(&second.key).await;
    assert!(begun.elapsed() < Duration::from_secs(1), "{:?}", begun.elapsed());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_was_swept_starts_over_and_serves_again() {
    let test = TestStore::new().await;
    let key = test.create_key("ci").await;
    let node = another_node(&test).await;
    test.sql("delete from nodes").await;
    let begun = Instant::now();
    while test.texts("select node_id from nodes").await.len() < 2 {
        assert!(begun.elapsed() < Duration::from_secs(10));
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    while !node.node().is_ready() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert!(accepts(&node, &key).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn however_many_changes_come_at_once_the_last_one_counts_too() {
    let test = TestStore::new().await;
    let key = test.create_key("leaked").await;
    let node = another_node(&test).await;
    assert!(accepts(&node, &key).await);
    let registered = "select node_id from nodes order by node_id";
    let before = test.texts(registered).await;
    test.sql(&format!(
        "insert into api_keys (id, workspace_id, name, mode, prefix, pepper_id, digest, created_at)
         select gen_random_uuid(), '{}', 'burst', 'live', 'cha_live_burstbu', 'p1',
                sha256(uuid_send(gen_random_uuid())), clock_timestamp() from generate_series(1, 3500)",
        test.workspace
    ))
    .await;
    // A node reads up to 1,000 changes at a time. In one transaction, so that no round sees only some of these.
    test.sql(&format!(
        "update api_keys set revoked_at = clock_timestamp() where name = 'burst';
         update api_keys set revoked_at = clock_timestamp() where id = '{}'",
        key.key.id
    ))
    .await;
    // Revoked before: this only waits until every node knows.
    test.revoke(&key.key).await;
    assert!(!accepts(&node, &key).await);
    assert_eq!(node.node().status().keys, 3501);
    assert_eq!(test.texts(registered).await, before, "no node had to start over");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_postgresql_forgot_of_the_acknowledgements_is_said_again() {
    let test = TestStore::new().await;
    let key = test.create_key("ci").await;
    test.revoke(&key.key).await;
    // The state after a crash: acknowledgements do not wait for the disk, and all connections are closed.
    test.sql("update nodes set applied_rev = 0").await;
    let others = "pid <> pg_backend_pid() and datname = current_database()";
    test.sql(&format!("select pg_terminate_backend(pid) from pg_stat_activity where {others}")).await;
    // Another node knows the acknowledgements only from the table.
    let node = another_node(&test).await;
    let begun = Instant::now();
    node.revoke_key(test.workspace, key.key.id).await.unwrap().expect("the key exists");
    assert!(begun.elapsed() < Duration::from_secs(3), "W is 4.5 seconds: {:?}", begun.elapsed());
}
