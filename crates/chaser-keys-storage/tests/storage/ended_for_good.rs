//! A revoked key stays revoked, whatever the clocks say and whatever an operator writes.

use std::time::{Duration, Instant};

use chaser_keys_storage::StoreOptions;
use time::Duration as Span;

use crate::support::{TestStore, connect, peppers, quiet, try_sql};

#[tokio::test(flavor = "multi_thread")]
async fn a_revoke_counts_at_once_on_a_node_that_believes_it_is_an_hour_earlier() {
    let test = TestStore::new().await;
    let node = connect(test.database.url(), peppers(&[("p1", 1)]), quiet()).await;
    // A node's time until its next round, after PostgreSQL's clock was set forward.
    node.clock().advance(-Span::HOUR);
    let (revoked, rotated) = (test.create_key("revoked").await, test.create_key("rotated").await);
    for key in [&revoked, &rotated] {
        assert!(node.node().verifier().verify(&key.secret).await.unwrap().is_some());
    }
    test.revoke(&revoked.key).await;
    test.rotate(&rotated.key, 0).await.unwrap();
    for key in [&revoked, &rotated] {
        assert_eq!(node.node().verifier().verify(&key.secret).await.unwrap(), None);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_of_postgresql_that_is_set_back_brings_no_key_back() {
    let test = TestStore::new().await;
    let (revoked, in_grace) = (test.create_key("revoked").await, test.create_key("in grace").await);
    test.revoke(&revoked.key).await;
    test.rotate(&in_grace.key, 7).await.unwrap();
    // The table's content as a clock sees it that was set back by an hour.
    test.sql(
        "alter table api_keys disable trigger user;
         update api_keys set revoked_at = revoked_at + interval '1 hour' where revoked_at is not null;
         alter table api_keys enable trigger user",
    )
    .await;
    // One node had loaded the keys before, one loads them now.
    let later = connect(test.database.url(), peppers(&[("p1", 1)]), quiet()).await;
    for node in [&test.store, &later] {
        node.clock().advance(-Span::HOUR);
        assert_eq!(node.node().verifier().verify(&revoked.secret).await.unwrap(), None);
        assert!(node.node().verifier().verify(&in_grace.secret).await.unwrap().is_some());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_database_refuses_what_no_node_would_learn_of() {
    let test = TestStore::new().await;
    let key = test.create_key("ci").await;
    for statement in [
        "delete from api_keys",
        "truncate api_keys cascade",
        "update api_keys set digest = sha256('another')",
        "update api_keys set mode = 'test'",
        "update api_keys set id = gen_random_uuid()",
    ] {
        // Also after the change was deleted.
        let trimmed = format!("begin; delete from key_changes; {statement}; commit");
        let refused = try_sql(test.database.url(), &trimmed).await.unwrap_err();
        assert!(refused.contains("nodes would go on accepting the key as it was"), "{statement}: {refused}");
    }
    assert!(test.verify(&key).await.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_failover_revokes_wait_in_full_until_the_new_primary_was_followed_for_long_enough() {
    let short = StoreOptions { lease: Duration::from_secs(1), ..quiet() };
    let test = TestStore::with(short).await;
    let (first, second) = (test.create_key("first").await, test.create_key("second").await);
    // A promoted standby holds the identity of the former primary.
    test.sql("update coherence_revision set primary_identity = 'another'").await;
    let begun = Instant::now();
    test.revoke(&first.key).await;
    let waited = begun.elapsed();
    assert!(waited >= Duration::from_millis(700), "W is 1.5 seconds from the start of the node: {waited:?}");
    while begun.elapsed() < Duration::from_secs(3) {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let begun = Instant::now();
    test.revoke(&second.key).await;
    assert!(begun.elapsed() < Duration::from_millis(700), "{:?}", begun.elapsed());
}
