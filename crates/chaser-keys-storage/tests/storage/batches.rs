//! A batch of keys gets the same verdicts as each key alone.

use chaser_keys::{KeyId, KeyMode, PresentedKey, SecretKey};
use chaser_keys_storage::{SecretConfirmation, StoreOptions, Verifier};

use crate::support::{TestStore, connect, issued, peppers, quiet};

/// Whether each key is accepted, in order.
fn accepted(verifier: &Verifier, secrets: &[&SecretKey]) -> Vec<KeyId> {
    let keys: Vec<PresentedKey<'_>> = secrets.iter().copied().map(PresentedKey::from).collect();
    verifier.verify_batch(&keys).iter().map(|key| key.key_id).collect()
}

#[tokio::test]
async fn keys_are_accepted_up_to_the_first_that_is_not_good_and_only_those_count() {
    let test = TestStore::new().await;
    let (first, second, last) =
        (test.create_key("first").await, test.create_key("second").await, test.create_key("last").await);
    let ended = test.create_key("ended").await;
    test.revoke(&ended.key).await;
    let unknown: SecretKey = "cha_live_UDA2HG67cZ5GR8sQf66LUAhyQ8sMMTLDrqtaJ_r9UoQ".parse().unwrap();
    for key in [&first, &second, &last] {
        test.verify(key).await.expect("a good key");
    }

    let verifier = test.store.node().verifier();
    for refused in [&ended.secret, &unknown] {
        let asked = [&first.secret, &second.secret, &first.secret, refused, &last.secret];
        assert_eq!(accepted(&verifier, &asked), [first.key.id, second.key.id, first.key.id]);
    }
    assert!(accepted(&verifier, &[]).is_empty());
    test.store.node().flush_usage().await.unwrap();
    let report = test.usage_this_month().await;
    let of = |id| report.by_key.iter().find(|usage| usage.key_id == id).map(|usage| usage.requests);
    assert_eq!([first.key.id, second.key.id, last.key.id].map(of), [Some(5), Some(3), Some(1)]);
}

#[tokio::test]
async fn there_may_be_more_of_them_than_are_looked_up_together() {
    let test = TestStore::new().await;
    let key = test.create_key("ci").await;
    test.verify(&key).await.expect("a good key");
    let accepted = accepted(&test.store.node().verifier(), &[&key.secret; Verifier::BATCH + 4]);
    assert_eq!(accepted, [key.key.id; Verifier::BATCH]);
}

#[tokio::test]
async fn each_may_be_of_another_pepper_and_of_another_mode() {
    let test = TestStore::new().await;
    let old = test.create_key("old").await;
    let list = || peppers(&[("p2", 2), ("p1", 1)]);
    let maker = connect(test.database.url(), list(), StoreOptions::default()).await;
    let new = maker
        .create_key(
            test.workspace,
            "new".parse().unwrap(),
            KeyMode::Test,
            None,
            SecretConfirmation::NotNeeded,
        )
        .await;
    let new = issued(new.unwrap());
    // A node that joins later loads all of them.
    let node = connect(test.database.url(), list(), quiet()).await;

    let keys = [&new.secret, &old.secret, &new.secret].map(PresentedKey::from);
    let good = node.node().verifier().verify_batch(&keys);
    let modes: Vec<_> = good.iter().map(|key| (key.key_id, key.mode)).collect();
    let (old, new) = ((old.key.id, KeyMode::Live), (new.key.id, KeyMode::Test));
    assert_eq!(modes, [new, old, new]);
}
