//! Verifying a known key allocates nothing: allocations cost time and leave copies of a secret.

use allocation_counter::measure;
use chaser_keys::{KeyMode, Peppers, PresentedKey};
use chaser_keys_storage::testing::{issued, migrated_database, start_node};
use chaser_keys_storage::{DatabaseUrl, SecretConfirmation, Store, StoreOptions, Verifier};
use futures_util::FutureExt;

#[tokio::test(flavor = "multi_thread")]
async fn verifying_a_known_key_allocates_nothing() {
    let database = migrated_database().await;
    // Two peppers, the key under the second: the slowest case.
    let [first, second] = ["a1", "b2"].map(|byte| byte.repeat(32));
    let before: Peppers = format!("p2:{second}").parse().unwrap();
    let url: DatabaseUrl = database.url().parse().unwrap();
    let maker = Store::connect(&url, before, StoreOptions::default()).await.unwrap();
    let workspace = maker.create_workspace(&"Acme".parse().unwrap()).await.unwrap();
    let made = maker
        .create_key(workspace, "ci".parse().unwrap(), KeyMode::Live, None, SecretConfirmation::NotNeeded)
        .await
        .unwrap();
    let issued = issued(made);

    let peppers: Peppers = format!("p1:{first},p2:{second}").parse().unwrap();
    let store = start_node(database.url(), peppers, StoreOptions::default()).await;
    let (verifier, header) = (store.node().verifier(), issued.secret.expose().as_bytes());
    let verify = || {
        let presented = PresentedKey::parse(header).unwrap();
        // Ready at the first poll: a known key waits for nothing.
        verifier.verify(presented).now_or_never().unwrap().unwrap().unwrap();
    };
    // arc-swap allocates a slot for each thread, once.
    verify();
    let counted = measure(|| (0..1_000).for_each(|_| verify()));
    assert_eq!((counted.count_total, counted.bytes_total), (0, 0));
    let presented = [PresentedKey::parse(header).unwrap(); Verifier::BATCH];
    let counted = measure(|| assert_eq!(verifier.verify_batch(&presented).len(), Verifier::BATCH));
    assert_eq!((counted.count_total, counted.bytes_total), (0, 0));
    // The counter works: an owned key is an allocation.
    let counted = measure(|| drop(issued.secret.expose().parse::<chaser_keys::SecretKey>()));
    assert!(counted.count_total > 0);
}
