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

#[tokio::test(flavor = "multi_thread")]
async fn a_key_in_grace_that_a_node_sees_for_the_first_time_ends_there_on_time() {
    let test = TestStore::new().await;
    let node = connect(test.database.url(), peppers(&[("p1", 1)]), quiet()).await;
    let old = test.create_key("ci").await;
    let successor = test.rotate(&old.key, 7).await.unwrap();
    assert!(accepts(&node, &old).await && accepts(&node, &successor).await);
    node.clock().advance(time::Duration::days(8));
    assert!(!accepts(&node, &old).await);
    assert!(accepts(&node, &successor).await);
    // A node that first sees it after its end.
    let later = connect(test.database.url(), peppers(&[("p1", 1)]), quiet()).await;
    later.clock().advance(time::Duration::days(8));
    assert!(!accepts(&later, &old).await);
}

/// Nodes start over because their rows are gone: in the middle of look-ups, loads and registrations.
#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_starts_over_again_and_again_refuses_no_new_key_and_accepts_no_revoked_one() {
    let test = TestStore::new().await;
    let node = connect(test.database.url(), peppers(&[("p1", 1)]), quiet()).await;
    let verifier = node.node().verifier();
    let members = "select node_id from nodes";
    let before = test.texts(members).await;
    for number in 0..40 {
        let key = test.create_key(&format!("key {number}")).await;
        if number % 4 == 0 {
            test.sql("delete from nodes").await;
        }
        // Until it is accepted: what is not proved is neither yes nor no.
        while verifier.verify(&key.secret).await.map(|found| found.expect("a good key")).is_err() {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        if number % 4 == 1 {
            // Its row is not deleted in this turn: a revoke relies on the rows of nodes that hold a lease.
            node.node().ready_within(std::time::Duration::from_secs(10)).await.unwrap();
            while test.texts(members).await.len() < 2 {
                tokio::time::sleep(std::time::Duration::from_millis(5)).await;
            }
            test.revoke(&key.key).await;
            assert!(!matches!(verifier.verify(&key.secret).await, Ok(Some(_))), "key {number}");
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    let after = test.texts(members).await;
    assert!(before.iter().all(|node_id| !after.contains(node_id)), "both nodes started over");
}

#[tokio::test(flavor = "multi_thread")]
async fn all_recent_keys_are_announced_together_to_a_node_of_the_version_before_and_without_gaps() {
    let test = TestStore::new().await;
    test.create_key("so that the pepper is registered").await;
    test.sql(&format!(
        "insert into api_keys (id, workspace_id, name, mode, prefix, pepper_id, digest, created_at)
         select gen_random_uuid(), '{}', 'import', 'live', 'cha_live_importi', 'p1',
                sha256(uuid_send(gen_random_uuid())), clock_timestamp() from generate_series(1, 10000)",
        test.workspace
    ))
    .await;
    register_earlier_version(&test).await;
    let without_gaps = "select (count(*) = max(rev) - min(rev) + 1)::text from key_changes";
    assert_eq!(test.texts(without_gaps).await, [Some("true".to_owned())]);
    assert_eq!(test.texts("select count(*) from key_changes").await, [Some("10001".to_owned())]);
}
