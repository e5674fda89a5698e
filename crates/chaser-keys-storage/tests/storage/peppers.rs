//! Peppers change without invalidating keys, and a wrong one stops a node at its start.

use chaser_keys::Peppers;
use chaser_keys_storage::{
    DatabaseUrl, FreshnessUnproven, SecretConfirmation, StorageError, Store, StoreOptions,
};

use crate::support::{TestStore, connect, issued, peppers, quiet};

async fn refusal(test: &TestStore, peppers: Peppers) -> String {
    let url: DatabaseUrl = test.database.url().parse().unwrap();
    let Err(StorageError::Peppers(mismatch)) = Store::connect(&url, peppers, StoreOptions::default()).await
    else {
        panic!("these peppers do not fit")
    };
    mismatch.to_string()
}

#[tokio::test]
async fn after_a_pepper_change_old_keys_work_and_new_ones_use_the_new_pepper() {
    let test = TestStore::new().await;
    let old = test.create_key("old").await;
    let store = connect(test.database.url(), peppers(&[("p2", 2), ("p1", 1)]), StoreOptions::default()).await;
    let creation = store
        .create_key(
            test.workspace,
            "new".parse().unwrap(),
            chaser_keys::KeyMode::Live,
            None,
            SecretConfirmation::NotNeeded,
        )
        .await;
    let new = issued(creation.unwrap());
    for key in [&old, &new] {
        assert!(store.node().verifier().verify(&key.secret).await.unwrap().is_some());
    }
    let made_with = test.sql("select name || ' ' || pepper_id from api_keys order by created_at").await;
    let made_with = format!("{made_with:?}");
    assert!(made_with.contains("old p1") && made_with.contains("new p2"), "{made_with}");
}

/// A rolling change: first all nodes can read keys of the new pepper, then it becomes the current one.
#[tokio::test]
async fn a_node_that_was_told_of_a_new_pepper_knows_keys_that_others_make_with_it() {
    let test = TestStore::new().await;
    let node = |list| connect(test.database.url(), peppers(list), StoreOptions::default());
    let (told, untold) = (node(&[("p1", 1), ("p2", 2)]).await, node(&[("p1", 1)]).await);
    let first = node(&[("p2", 2), ("p1", 1)]).await;
    let creation = first.create_key(
        test.workspace,
        "new".parse().unwrap(),
        chaser_keys::KeyMode::Live,
        None,
        SecretConfirmation::NotNeeded,
    );
    let new = issued(creation.await.unwrap());
    assert!(told.node().verifier().verify(&new.secret).await.unwrap().is_some());
    assert_eq!(untold.node().verifier().verify(&new.secret).await, Err(FreshnessUnproven), "the step counts");
}

#[tokio::test]
async fn another_pepper_under_the_same_id_is_refused_at_the_start() {
    let test = TestStore::new().await;
    test.create_key("ci").await;
    let told = refusal(&test, peppers(&[("p1", 9)])).await;
    assert!(told.starts_with("the pepper \"p1\" is not the one"), "{told}");
}

#[tokio::test]
async fn a_pepper_can_be_dropped_once_no_live_key_needs_it() {
    let test = TestStore::new().await;
    let key = test.create_key("old").await;
    let told = refusal(&test, peppers(&[("p2", 2)])).await;
    assert!(told.starts_with("keys in this database were made with the pepper \"p1\""), "{told}");
    test.revoke(&key.key).await;
    connect(test.database.url(), peppers(&[("p2", 2)]), StoreOptions::default()).await;
}

#[tokio::test]
async fn the_database_holds_nothing_that_authenticates_without_the_pepper() {
    let test = TestStore::new().await;
    let key = test.create_key("ci").await;
    let dump = format!("{:?}", test.sql("select k::text, encode(digest, 'base64') from api_keys k").await);
    let secret = key.secret.expose();
    assert!(dump.contains(key.key.prefix.as_str()), "the dump shows the key's row");
    assert!(!dump.contains(secret) && !dump.contains(&secret[16..]));
}

#[tokio::test]
async fn a_pepper_that_made_no_key_is_not_remembered() {
    let test = TestStore::new().await;
    connect(test.database.url(), peppers(&[("typo", 7)]), StoreOptions::default()).await;
    let store = connect(test.database.url(), peppers(&[("typo", 8)]), StoreOptions::default()).await;
    let creation = store.create_key(
        test.workspace,
        "ci".parse().unwrap(),
        chaser_keys::KeyMode::Live,
        None,
        SecretConfirmation::NotNeeded,
    );
    creation.await.unwrap();
    refusal(&test, peppers(&[("typo", 7)])).await;
}

#[tokio::test]
async fn of_two_nodes_with_different_peppers_under_one_id_the_second_makes_no_key() {
    let test = TestStore::new().await;
    let second = connect(test.database.url(), peppers(&[("p1", 2)]), StoreOptions::default()).await;
    test.create_key("first").await;
    let creation = second.create_key(
        test.workspace,
        "ci".parse().unwrap(),
        chaser_keys::KeyMode::Live,
        None,
        SecretConfirmation::NotNeeded,
    );
    let error = creation.await.unwrap_err().to_string();
    assert!(error.starts_with("the pepper \"p1\" is not the one"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_lacks_a_pepper_refuses_no_key_that_may_have_been_made_with_it() {
    let test = TestStore::new().await;
    let known = test.create_key("known").await;
    let told = connect(test.database.url(), peppers(&[("p2", 2), ("p1", 1)]), quiet()).await;
    assert!(test.verify(&known).await.is_some());
    let unknown: chaser_keys::SecretKey =
        "cha_live_UDA2HG67cZ5GR8sQf66LUAhyQ8sMMTLDrqtaJ_r9UoQ".parse().unwrap();
    assert_eq!(test.store.node().verifier().verify(&unknown).await, Ok(None));

    let creation = told.create_key(
        test.workspace,
        "new".parse().unwrap(),
        chaser_keys::KeyMode::Live,
        None,
        SecretConfirmation::NotNeeded,
    );
    let new = issued(creation.await.unwrap());
    assert!(told.node().verifier().verify(&new.secret).await.unwrap().is_some());
    assert_eq!(told.node().verifier().verify(&unknown).await, Ok(None));
    for starts_over in [false, true] {
        if starts_over {
            test.sql("delete from nodes").await;
            while test.texts("select node_id from nodes").await.len() < 2 || !test.store.node().is_ready() {
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            }
        }
        assert_eq!(test.store.node().verifier().verify(&new.secret).await, Err(FreshnessUnproven));
        assert_eq!(test.store.node().verifier().verify(&unknown).await, Err(FreshnessUnproven));
        assert!(test.verify(&known).await.is_some(), "what it knows it knows");
        assert!(test.store.node().status().lacks_a_pepper && !told.node().status().lacks_a_pepper);
    }
}
