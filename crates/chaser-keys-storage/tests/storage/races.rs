//! Concurrent operations on one key.

use chaser_keys::{KeyMode, RotateRefusal};
use chaser_keys_storage::{IdempotencyKey, KeyCreation, RotateKeyError, SecretConfirmation};
use futures_util::future::join_all;

use crate::support::TestStore;

#[tokio::test(flavor = "multi_thread")]
async fn of_fifty_parallel_rotations_exactly_one_wins() {
    let test = TestStore::new().await;
    let old = test.create_key("ci").await;
    let outcomes = join_all((0..50).map(|_| test.rotate(&old.key, 7))).await;
    let refused =
        |outcome: &&Result<_, _>| matches!(outcome, Err(RotateKeyError::Refused(RotateRefusal::InGrace)));
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    assert_eq!(outcomes.iter().filter(refused).count(), 49);
    assert_eq!(test.store.list_keys(test.workspace).await.unwrap().len(), 2);
}

/// The purpose of the lock: without it, many rotations find the key active, and only the database's constraint prevents
/// a key with two successors.
#[tokio::test(flavor = "multi_thread")]
async fn without_the_rows_lock_several_rotations_would_find_the_key_active() {
    let test = TestStore::new().await;
    let old = test.create_key("ci").await;
    let look = "select pg_sleep(0.05) from api_keys where revoked_at is null";
    let rotate_unlocked = format!(
        "begin; {look}; select count(*) from api_keys where id = '{id}' and revoked_at is null; \
         select pg_sleep(0.1); update api_keys set revoked_at = created_at where id = '{id}'; commit",
        id = old.key.id
    );
    let outcomes = join_all((0..5).map(|_| test.sql(&rotate_unlocked))).await;
    let found_active = outcomes.iter().flatten().filter(|message| match message {
        tokio_postgres::SimpleQueryMessage::Row(row) => row.get(0) == Some("1"),
        _ => false,
    });
    assert!(found_active.count() > 1, "the broken variant must be caught");
}

#[tokio::test(flavor = "multi_thread")]
async fn rotating_beside_revoking_ends_as_one_after_the_other_would() {
    for round in 0..20 {
        let test_key = format!("ci-{round}");
        let test = TestStore::new().await;
        let old = test.create_key(&test_key).await;
        let (rotated, ()) = tokio::join!(test.rotate(&old.key, 7), test.revoke(&old.key));
        assert!(test.verify(&old).await.is_none(), "revoked, whichever came first");
        match rotated {
            // Rotated, then revoked: the successor is untouched.
            Ok(successor) => assert!(test.verify(&successor).await.is_some()),
            // Revoked, then refused: there is no successor.
            Err(RotateKeyError::Refused(RotateRefusal::Revoked)) => {
                assert_eq!(test.store.list_keys(test.workspace).await.unwrap().len(), 1);
            }
            Err(other) => panic!("{other}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_parallel_creations_under_one_idempotency_key_one_makes_a_key() {
    let test = TestStore::new().await;
    let idempotency: IdempotencyKey = "same".parse().unwrap();
    let create = || {
        test.store.create_key(
            test.workspace,
            "ci".parse().unwrap(),
            KeyMode::Live,
            Some(&idempotency),
            SecretConfirmation::NotNeeded,
        )
    };
    let outcomes = join_all((0..20).map(|_| create())).await;
    let made = outcomes.iter().filter(|outcome| matches!(outcome, Ok(KeyCreation::Issued(_)))).count();
    let replayed = outcomes.iter().filter(|outcome| matches!(outcome, Ok(KeyCreation::Replayed(_)))).count();
    assert_eq!((made, replayed), (1, 19));
}
