//! Creating a key announces nothing, and every node accepts it nevertheless.

use chaser_keys::IssuedKey;
use chaser_keys_storage::Store;
use uuid::Uuid;

use crate::support::{TestStore, connect, peppers, quiet};

async fn accepts(node: &Store, key: &IssuedKey) -> bool {
    node.node().verifier().verify(&key.secret).await.unwrap().is_some()
}

async fn announced(test: &TestStore) -> Vec<Option<String>> {
    test.texts("select rev from coherence_revision").await
}

/// What a node of the previous version writes: it does not know the columns that are new.
pub(crate) async fn register_earlier_version(test: &TestStore) -> Uuid {
    let node_id = Uuid::new_v4();
    test.sql(&format!(
        "insert into nodes (node_id, applied_rev, beat, lease_ms, registered_at)
         values ('{node_id}', 0, 0, 3000, clock_timestamp())"
    ))
    .await;
    node_id
}

#[tokio::test(flavor = "multi_thread")]
async fn creating_a_key_takes_no_turn_among_the_changes_and_the_key_works_on_every_node() {
    let test = TestStore::new().await;
    let nodes = [
        connect(test.database.url(), peppers(&[("p1", 1)]), quiet()).await,
        connect(test.database.url(), peppers(&[("p1", 1)]), quiet()).await,
    ];
    let before = announced(&test).await;
    let key = test.create_key("ci").await;
    assert_eq!(announced(&test).await, before);
    for node in &nodes {
        assert!(accepts(node, &key).await);
    }
    test.revoke(&key.key).await;
    assert_ne!(announced(&test).await, before, "what ends a key takes its turn");
    for node in &nodes {
        assert!(!accepts(node, &key).await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_was_revoked_before_its_first_use_is_refused_and_stays_so() {
    let test = TestStore::new().await;
    let node = connect(test.database.url(), peppers(&[("p1", 1)]), quiet()).await;
    let key = test.create_key("ci").await;
    test.revoke(&key.key).await;
    for _ in 0..3 {
        assert!(!accepts(&node, &key).await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn creates_and_first_uses_race_with_revokes_and_no_look_up_undoes_one() {
    let test = TestStore::new().await;
    let node = connect(test.database.url(), peppers(&[("p1", 1)]), quiet()).await;
    for number in 0..100 {
        let key = test.create_key(&format!("key {number}")).await;
        // The first use, which looks the key up, is concurrent with the revoke.
        let (_, ()) = tokio::join!(accepts(&node, &key), test.revoke(&key.key));
        assert!(!accepts(&node, &key).await, "key {number}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn while_a_node_of_the_version_before_is_a_member_new_keys_are_announced() {
    let test = TestStore::new().await;
    let earlier = register_earlier_version(&test).await;
    let before = announced(&test).await;
    let key = test.create_key("ci").await;
    assert_ne!(announced(&test).await, before);
    let changes = "select key_id from key_changes order by rev desc limit 1";
    assert_eq!(test.texts(changes).await, [Some(key.key.id.to_string())]);

    test.sql(&format!("delete from nodes where node_id = '{earlier}'")).await;
    let before = announced(&test).await;
    test.create_key("later").await;
    assert_eq!(announced(&test).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_of_the_version_before_that_joins_learns_of_the_keys_made_while_it_loaded() {
    let test = TestStore::new().await;
    let key = test.create_key("made between its load and its registration").await;
    let changes = format!("select count(*) from key_changes where key_id = '{}'", key.key.id);
    assert_eq!(test.texts(&changes).await, [Some("0".to_owned())]);
    register_earlier_version(&test).await;
    assert_eq!(test.texts(&changes).await, [Some("1".to_owned())]);
    // A node of this version announces nothing when it registers.
    connect(test.database.url(), peppers(&[("p1", 1)]), quiet()).await;
    assert_eq!(test.texts(&changes).await, [Some("1".to_owned())]);
}
