//! A flood of unknown keys, whose requests are given up.

use std::time::{Duration, Instant};

use chaser_keys::{ApiKey, KeyId, KeyMode, NewApiKey, SecretEntropy};
use futures_util::future::join_all;
use tokio::time::timeout;
use uuid::Uuid;

use crate::support::{TestStore, connect, peppers, quiet};

/// Well formed, and never stored.
fn unknown_key(number: u32, test: &TestStore) -> chaser_keys::SecretKey {
    let id = KeyId::from_uuid(Uuid::from_u128(number.into()));
    let new = NewApiKey::new(id, test.workspace, "never stored".parse().unwrap(), KeyMode::Live);
    let mut entropy = [0; SecretEntropy::BYTES];
    entropy[..4].copy_from_slice(&number.to_be_bytes());
    ApiKey::issue(new, SecretEntropy::from_bytes(entropy), time::OffsetDateTime::UNIX_EPOCH).secret
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_key_is_accepted_soon_behind_a_flood_of_requests_that_were_given_up() {
    let test = TestStore::new().await;
    let node = connect(test.database.url(), peppers(&[("p1", 1)]), quiet()).await;
    let verifier = node.node().verifier();
    let unknown: Vec<_> = (0..20_000).map(|number| unknown_key(number, &test)).collect();
    let new = test.create_key("new").await;

    let flood = join_all(unknown.iter().map(|secret| verifier.verify(secret)));
    assert!(timeout(Duration::from_millis(1), flood).await.is_err(), "every request of it is dropped");
    let rounds = node.node().status().rounds;
    let begun = Instant::now();
    // While the queue is full, the answer is neither yes nor no.
    while verifier.verify(&new.secret).await.map(|key| key.expect("a refusal would be false")).is_err() {
        assert!(begun.elapsed() < Duration::from_secs(3), "the queue does not empty");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let rounds = node.node().status().rounds - rounds;
    assert!(rounds <= 30, "{rounds} rounds: what waits is bounded");
}
