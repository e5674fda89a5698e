//! A node finds out that it lacks a pepper before it refuses a key that was made with it.

use std::time::Duration;

use chaser_keys::IssuedKey;
use chaser_keys_storage::{FreshnessUnproven, SecretConfirmation, Store};
use tokio::time::sleep;

use crate::support::{TestStore, connect, issued, peppers, quiet, try_sql};

async fn create_on(node: &Store, test: &TestStore) -> IssuedKey {
    let mode = chaser_keys::KeyMode::Live;
    let name = "made with another pepper".parse().unwrap();
    let creation = node.create_key(test.workspace, name, mode, None, SecretConfirmation::NotNeeded).await;
    issued(creation.unwrap())
}

/// The other process registered its pepper before this node loaded, when no live key was made with it.
#[tokio::test(flavor = "multi_thread")]
async fn a_pepper_that_no_live_key_needed_at_the_load_is_missed_when_a_key_is_made_with_it() {
    assert_eq!(answer_to_a_key_made_with_a_pepper_that_was_idle(true).await, Err(FreshnessUnproven));
    assert_eq!(
        answer_to_a_key_made_with_a_pepper_that_was_idle(false).await,
        Ok(false),
        "without the announcement a good key is refused"
    );
}

async fn answer_to_a_key_made_with_a_pepper_that_was_idle(
    announced: bool,
) -> Result<bool, FreshnessUnproven> {
    let test = TestStore::new().await;
    if !announced {
        let silent = "create or replace function announce_new_key() returns trigger language plpgsql as
                      'begin return null; end'";
        test.sql(silent).await;
    }
    let other = connect(test.database.url(), peppers(&[("p2", 2), ("p1", 1)]), quiet()).await;
    let ended = create_on(&other, &test).await;
    other.revoke_key(test.workspace, ended.key.id).await.unwrap().expect("the key exists");
    let lacking = connect(test.database.url(), peppers(&[("p1", 1)]), quiet()).await;
    let verifier = lacking.node().verifier();
    assert_eq!(verifier.verify(&ended.secret).await, Ok(None));
    assert!(!lacking.node().status().lacks_a_pepper);

    let new = create_on(&other, &test).await;
    verifier.verify(&new.secret).await.map(|key| key.is_some())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_retired_pepper_does_not_make_creates_queue_for_their_turn() {
    let test = TestStore::new().await;
    test.sql("insert into peppers values ('p0', sha256('retired'), clock_timestamp())").await;
    let other = connect(test.database.url(), peppers(&[("p2", 2), ("p1", 1)]), quiet()).await;
    test.create_key("made with p1, which both members have").await;
    assert!(test.texts("select rev from key_changes").await.is_empty());
    create_on(&other, &test).await;
    assert_eq!(test.texts("select rev from key_changes").await.len(), 1, "made with p2, which one lacks");
}

/// The moment between a node's load and its row: a create that is under way then does not see the row.
#[tokio::test(flavor = "multi_thread")]
async fn a_create_that_is_under_way_while_a_node_registers_is_announced_to_it() {
    assert_eq!(announcements_of_a_create_under_way(true).await, 1);
    assert_eq!(announcements_of_a_create_under_way(false).await, 0, "without the locks it is missed");
}

/// How often a key is announced whose create commits after a node that cannot look it up has begun to register.
async fn announcements_of_a_create_under_way(with_locks: bool) -> usize {
    let test = TestStore::new().await;
    test.create_key("first").await;
    if !with_locks {
        let unlocked =
            "do $$ begin execute replace(replace(pg_get_functiondef('announce_recent_keys'::regproc),
            'lock table peppers in share row exclusive mode;', ''), ' for update', ''); end $$";
        test.sql(unlocked).await;
    }
    let create = "begin;
        insert into api_keys (id, workspace_id, name, mode, prefix, pepper_id, digest, created_at)
        select '00000000-0000-4000-8000-000000000001', workspace_id, name, mode, prefix, pepper_id,
            sha256('another'), clock_timestamp() from api_keys;
        set constraints all immediate; select pg_sleep(1); commit";
    let url = test.database.url().to_owned();
    let creating = tokio::spawn(async move { try_sql(&url, create).await });
    sleep(Duration::from_millis(500)).await;
    crate::new_keys::register_earlier_version(&test).await;
    creating.await.unwrap().unwrap();
    let changes = "select rev from key_changes where key_id = '00000000-0000-4000-8000-000000000001'";
    test.texts(changes).await.len()
}

/// A service that claims to have joined long ago cannot have every key announced.
#[tokio::test]
async fn a_node_that_joins_has_only_recent_keys_announced_to_it() {
    let test = TestStore::new().await;
    test.create_key("old").await;
    test.sql("update api_keys set created_at = created_at - interval '1 day'").await;
    test.sql(
        "insert into nodes (node_id, applied_rev, beat, lease_ms, registered_at)
         values (gen_random_uuid(), 0, 0, 1000, '-infinity')",
    )
    .await;
    assert!(test.texts("select rev from key_changes").await.is_empty());
}
