//! Keys are created, listed, found, renamed, rotated and revoked.

use chaser_keys::{GracePeriod, KeyId, KeyMode, KeyStatus, Revocation, RotateRefusal};
use chaser_keys_storage::{
    CreateKeyError, IdempotencyKey, KeyCreation, RotateKeyError, SecretConfirmation, StorageError,
};
use time::Duration;

use crate::support::{TestStore, issued};

#[tokio::test]
async fn a_created_key_authenticates_and_is_attributed() {
    let test = TestStore::new().await;
    let issued = test.create_key("ci").await;
    let verified = test.verify(&issued).await.expect("a fresh key is good");
    assert_eq!(
        (verified.key_id, verified.workspace_id, verified.mode),
        (issued.key.id, test.workspace, KeyMode::Live)
    );
    assert_eq!(test.find(issued.key.id).await.key, issued.key);
}

#[tokio::test]
async fn keys_are_listed_newest_first_with_the_revoked_ones() {
    let test = TestStore::new().await;
    let oldest = test.create_key("oldest").await;
    let middle = test.create_key("middle").await;
    test.revoke(&oldest.key).await;
    let newest = test.rotate(&middle.key, 7).await.unwrap();
    let listed = test.store.list_keys(test.workspace).await.unwrap();
    let ids: Vec<KeyId> = listed.iter().map(|stored| stored.key.id).collect();
    assert_eq!(ids, [newest.key.id, middle.key.id, oldest.key.id]);
    let statuses: Vec<&str> = listed.iter().map(|stored| stored.status.as_str()).collect();
    assert_eq!(statuses, ["active", "grace", "revoked"]);
}

#[tokio::test]
async fn another_workspace_neither_sees_nor_changes_a_key() {
    let test = TestStore::new().await;
    let issued = test.create_key("ours").await;
    let stranger = test.store.create_workspace(&"Other".parse().unwrap()).await.unwrap();
    let id = issued.key.id;
    assert!(test.store.list_keys(stranger).await.unwrap().is_empty());
    assert!(test.store.find_key(stranger, id).await.unwrap().is_none());
    assert!(test.store.rename_key(stranger, id, "theirs".parse().unwrap()).await.unwrap().is_none());
    assert!(test.store.revoke_key(stranger, id).await.unwrap().is_none());
    let rotated =
        test.store.rotate_key(stranger, id, GracePeriod::NONE, None, SecretConfirmation::NotNeeded).await;
    assert!(matches!(rotated, Err(RotateKeyError::NotFound)));
    assert_eq!(test.find(id).await.key, issued.key);
}

#[tokio::test]
async fn a_renamed_key_keeps_everything_else() {
    let test = TestStore::new().await;
    let issued = test.create_key("old").await;
    let renamed = test.store.rename_key(test.workspace, issued.key.id, "new".parse().unwrap()).await.unwrap();
    let mut expected = issued.key.clone();
    expected.name = "new".parse().unwrap();
    assert_eq!(renamed.expect("the key exists").key, expected);
    assert!(test.verify(&issued).await.is_some());
}

#[tokio::test]
async fn in_grace_both_keys_work_until_the_second_that_was_told() {
    let test = TestStore::new().await;
    let old = test.create_key("production").await;
    let new = test.rotate(&old.key, 7).await.unwrap();
    assert_eq!(
        (&new.key.name, new.key.mode, new.key.replaces),
        (&old.key.name, old.key.mode, Some(old.key.id))
    );
    let KeyStatus::Grace { until } = test.status(&old.key).await else { panic!("the old key is in grace") };
    assert_eq!(until.nanosecond(), 0);

    test.store.clock().advance(until - new.key.created_at - Duration::seconds(5));
    assert!(test.verify(&old).await.is_some() && test.verify(&new).await.is_some());
    test.store.clock().advance(Duration::seconds(5));
    assert!(test.verify(&old).await.is_none() && test.verify(&new).await.is_some());
    assert_eq!(test.status(&old.key).await, KeyStatus::Revoked { since: until });
}

#[tokio::test]
async fn rotating_without_grace_ends_the_old_key_at_once() {
    let test = TestStore::new().await;
    let old = test.create_key("production").await;
    let new = test.rotate(&old.key, 0).await.unwrap();
    assert!(test.verify(&old).await.is_none());
    assert!(test.verify(&new).await.is_some());
}

#[tokio::test]
async fn only_an_active_key_can_be_rotated() {
    let test = TestStore::new().await;
    let old = test.create_key("production").await;
    test.rotate(&old.key, 7).await.unwrap();
    let again = test.rotate(&old.key, 7).await;
    assert!(matches!(again, Err(RotateKeyError::Refused(RotateRefusal::InGrace))));
    test.revoke(&old.key).await;
    let again = test.rotate(&old.key, 7).await;
    assert!(matches!(again, Err(RotateKeyError::Refused(RotateRefusal::Revoked))));
    let unknown = test.store.rotate_key(
        test.workspace,
        unknown_key(&test),
        GracePeriod::NONE,
        None,
        SecretConfirmation::NotNeeded,
    );
    assert!(matches!(unknown.await, Err(RotateKeyError::NotFound)));
}

#[tokio::test]
async fn revoking_in_grace_ends_the_old_key_and_spares_its_successor() {
    let test = TestStore::new().await;
    let old = test.create_key("production").await;
    let new = test.rotate(&old.key, 30).await.unwrap();
    test.revoke(&old.key).await;
    assert!(test.verify(&old).await.is_none());
    assert!(test.verify(&new).await.is_some());
}

#[tokio::test]
async fn revoking_again_succeeds_and_changes_nothing() {
    let test = TestStore::new().await;
    let issued = test.create_key("ci").await;
    test.revoke(&issued.key).await;
    let ended = test.find(issued.key.id).await.key.revoked_at;
    test.store.clock().advance(Duration::HOUR);
    let again = test.store.revoke_key(test.workspace, issued.key.id).await.unwrap();
    assert_eq!(again, Some(Revocation::AlreadyRevoked));
    assert_eq!(test.find(issued.key.id).await.key.revoked_at, ended);
}

#[tokio::test]
async fn the_same_request_under_one_idempotency_key_makes_one_key() {
    let test = TestStore::new().await;
    let idempotency: IdempotencyKey = "f3b1".parse().unwrap();
    let create = |name: &str, mode| {
        test.store.create_key(
            test.workspace,
            name.parse().unwrap(),
            mode,
            Some(&idempotency),
            SecretConfirmation::NotNeeded,
        )
    };
    let first = issued(create("ci", KeyMode::Live).await.unwrap());
    let KeyCreation::Replayed(again) = create("ci", KeyMode::Live).await.unwrap() else {
        panic!("a second key")
    };
    assert_eq!(again, first.key);
    for (name, mode) in [("cd", KeyMode::Live), ("ci", KeyMode::Test)] {
        assert!(matches!(create(name, mode).await, Err(CreateKeyError::IdempotencyKeyReused)));
    }
    let rotated = test
        .store
        .rotate_key(
            test.workspace,
            first.key.id,
            GracePeriod::NONE,
            Some(&idempotency),
            SecretConfirmation::NotNeeded,
        )
        .await;
    assert!(matches!(rotated, Err(RotateKeyError::IdempotencyKeyReused)));
    assert_eq!(test.store.list_keys(test.workspace).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_rotation_that_was_refused_leaves_its_idempotency_key_free() {
    let test = TestStore::new().await;
    let key = test.create_key("ci").await.key;
    let idempotency: IdempotencyKey = "once".parse().unwrap();
    let unknown = unknown_key(&test);
    let refused = test
        .store
        .rotate_key(
            test.workspace,
            unknown,
            GracePeriod::NONE,
            Some(&idempotency),
            SecretConfirmation::NotNeeded,
        )
        .await;
    assert!(matches!(refused, Err(RotateKeyError::NotFound)));
    let rotate = || {
        test.store.rotate_key(
            test.workspace,
            key.id,
            GracePeriod::NONE,
            Some(&idempotency),
            SecretConfirmation::NotNeeded,
        )
    };
    let successor = issued(rotate().await.unwrap());
    let KeyCreation::Replayed(again) = rotate().await.unwrap() else { panic!("a second successor") };
    assert_eq!(again, successor.key);
}

#[tokio::test]
async fn a_row_that_somebody_spoiled_is_named_and_not_served() {
    let test = TestStore::new().await;
    let key = test.create_key("ci").await;
    test.sql("update api_keys set name = ''").await;
    let error = test.store.list_keys(test.workspace).await.unwrap_err();
    assert_eq!(error.to_string(), format!("corrupt row in api_keys: column name of {}", key.key.id));
    assert!(!error.is_unavailable());
}

#[tokio::test]
async fn a_rename_that_cannot_be_answered_changes_nothing() {
    let test = TestStore::new().await;
    let key = test.create_key("ci").await;
    test.sql("update api_keys set prefix = 'no_prefix_at_all'").await;
    let renamed = test.store.rename_key(test.workspace, key.key.id, "release".parse().unwrap()).await;
    assert!(matches!(renamed, Err(StorageError::CorruptRow(_))), "{renamed:?}");
    assert_eq!(test.texts("select name from api_keys").await, [Some("ci".to_owned())]);
}

/// An id that no key has: the ids of keys are random.
fn unknown_key(test: &TestStore) -> KeyId {
    KeyId::from_uuid(test.workspace.as_uuid())
}
