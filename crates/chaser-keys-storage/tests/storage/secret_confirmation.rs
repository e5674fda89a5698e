//! A key that is created on a page is marked until its secret is confirmed, from the commit that creates it on.

use chaser_keys::{GracePeriod, KeyId, KeyMode};
use chaser_keys_storage::SecretConfirmation;

use crate::support::{TestStore, issued};

async fn create(test: &TestStore, confirmation: SecretConfirmation) -> KeyId {
    let (name, idempotency) = ("ci".parse().unwrap(), "creation".parse().unwrap());
    let creation =
        test.store.create_key(test.workspace, name, KeyMode::Live, Some(&idempotency), confirmation).await;
    issued(creation.unwrap()).key.id
}

async fn rotate(test: &TestStore, old: KeyId, confirmation: SecretConfirmation) -> KeyId {
    let (grace, idempotency) = (GracePeriod::default(), "rotation".parse().unwrap());
    let rotation = test.store.rotate_key(test.workspace, old, grace, Some(&idempotency), confirmation).await;
    issued(rotation.unwrap()).key.id
}

/// Whether the key is marked, and since its creation.
async fn mark(test: &TestStore, key: KeyId) -> Vec<Option<String>> {
    test.texts(&format!("select awaits_confirmation_since = created_at from api_keys where id = '{key}'"))
        .await
}

/// `xmin` is the transaction that wrote the present version of a row; a claim of an idempotency key is never
/// updated, so its `xmin` is the transaction that created the key.
async fn was_written_by_its_creation_only(test: &TestStore, key: KeyId) -> bool {
    let same_transaction = format!(
        "select api_keys.xmin = claim.xmin from api_keys join idempotency_keys claim on key_id = api_keys.id \
         where api_keys.id = '{key}'"
    );
    test.texts(&same_transaction).await == [Some("t".to_owned())]
}

#[tokio::test]
async fn a_key_made_on_a_page_is_marked_in_the_commit_that_creates_it() {
    let test = TestStore::new().await;
    let marked = [Some("t".to_owned())];
    let created = create(&test, SecretConfirmation::Awaited).await;
    assert_eq!(mark(&test, created).await, marked);
    assert!(was_written_by_its_creation_only(&test, created).await);
    let successor = rotate(&test, created, SecretConfirmation::Awaited).await;
    assert_eq!(mark(&test, successor).await, marked);
    assert!(was_written_by_its_creation_only(&test, successor).await);
    // The rotation wrote to the old key: the query above notices a second transaction.
    assert!(!was_written_by_its_creation_only(&test, created).await);
}

#[tokio::test]
async fn a_key_made_by_a_program_is_not_marked() {
    let test = TestStore::new().await;
    let created = create(&test, SecretConfirmation::NotNeeded).await;
    let successor = rotate(&test, created, SecretConfirmation::NotNeeded).await;
    for key in [created, successor] {
        assert_eq!(mark(&test, key).await, [None]);
    }
}
