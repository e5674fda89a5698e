//! A migrated database and a node on it, for tests of every crate. Only with the feature `testing`.
#![expect(clippy::unwrap_used, clippy::missing_panics_doc, reason = "a test fails by panicking")]

use chaser_keys::IssuedKey;
use chaser_keys::Peppers;
use local_postgres::BoxError;
use local_postgres::TestDatabase;

use crate::DatabaseUrl;
use crate::KeyCreation;
use crate::Store;
use crate::StoreOptions;
use crate::run_migrations;
use crate::schema_fingerprint;

/// Applies all migrations to an empty database.
pub async fn migrate(url: String) -> Result<(), BoxError> {
    run_migrations(&url.parse::<DatabaseUrl>()?).await?;
    Ok(())
}

/// A database of one test's own with the current schema.
///
/// All test crates share its template, so that the migrations run once however many crates are tested.
pub async fn migrated_database() -> TestDatabase {
    let template = format!("chaser_keys-{}", schema_fingerprint());
    TestDatabase::from_template(&template, migrate).await.unwrap()
}

/// A single pepper, `p1`, the same for every node of a test.
#[must_use]
pub fn peppers() -> Peppers {
    format!("p1:{}", "a1".repeat(32)).parse().unwrap()
}

/// A node that verifies until the test's runtime ends.
pub async fn start_node(url: &str, peppers: Peppers, options: StoreOptions) -> Store {
    let store = Store::connect(&url.parse().unwrap(), peppers, options).await.unwrap();
    let node = store.clone();
    tokio::spawn(async move { node.run_background(std::future::pending()).await });
    store.node().until_ready().await;
    store
}

/// The key of a request without an `Idempotency-Key`, which is never a replay.
#[must_use]
pub fn issued(creation: KeyCreation) -> IssuedKey {
    match creation {
        KeyCreation::Issued(issued) => issued,
        KeyCreation::Replayed(key) => panic!("expected a new key, got a replay of {}", key.id),
    }
}
