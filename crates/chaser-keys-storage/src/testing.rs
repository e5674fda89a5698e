//! A migrated database and a node on it, for tests of every crate. Only with the feature `testing`.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "a test fails by panicking"
)]

use std::time::Duration;

use chaser_keys::{IssuedKey, KeyId, KeyMode, Peppers, WorkspaceId};
use chaser_keys_node::{Node, NodeOptions};
use local_postgres::{BoxError, TestDatabase};

use crate::{
    DatabaseUrl, KeyCreation, MonthlyUsage, SecretConfirmation, Store, StoreOptions, run_migrations,
    schema_fingerprint,
};

/// Applies all migrations to an empty database.
pub async fn migrate(url: String) -> Result<(), BoxError> {
    run_migrations(&url.parse::<DatabaseUrl>()?).await?;
    Ok(())
}

/// A new database with the current schema, dropped with the value.
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

/// An authority on a database of its own, for the tests of a service that verifies keys: it creates and revokes real keys
/// on a real PostgreSQL.
///
/// ```
/// use chaser_keys::KeyMode;
/// use chaser_keys_storage::testing::TestAuthority;
///
/// #[tokio::main]
/// async fn main() {
///     let authority = TestAuthority::start().await;
///     let key = authority.create_key(KeyMode::Live).await;
///     let node = authority.join_node().await;              // what the service embeds
///     assert!(node.verifier().verify(&key.secret).await.unwrap().is_some());
///
///     authority.revoke_key(key.key.id).await;              // from here on no node accepts it
///     assert!(node.verifier().verify(&key.secret).await.unwrap().is_none());
/// }
/// ```
pub struct TestAuthority {
    store: Store,
    workspace: WorkspaceId,
    database: TestDatabase,
}

impl TestAuthority {
    /// A migrated database with a workspace, and a server's store on it. Starts PostgreSQL if no test did yet.
    pub async fn start() -> Self {
        let database = migrated_database().await;
        let store = start_node(database.url(), peppers(), StoreOptions::default()).await;
        let workspace = store.create_workspace(&"Acme".parse().unwrap()).await.unwrap();
        Self { store, workspace, database }
    }

    /// The URL for a service that joins by itself, with [`peppers`].
    #[must_use]
    pub fn database_url(&self) -> &str {
        self.database.url()
    }

    /// The workspace of all keys that this authority creates.
    #[must_use]
    pub const fn workspace(&self) -> WorkspaceId {
        self.workspace
    }

    /// A node on the same database, ready to verify until the test's runtime ends. It writes usage only in
    /// [`Node::flush_usage`].
    pub async fn join_node(&self) -> Node {
        let mut options = NodeOptions::default();
        options.usage_flush_interval = Duration::from_hours(1);
        let node = Node::join(&self.database_url().parse().unwrap(), peppers(), options).await.unwrap();
        let running = node.clone();
        tokio::spawn(async move { running.run(std::future::pending()).await });
        node.ready_within(Duration::from_secs(30)).await.unwrap();
        node
    }

    /// Creates a key in the workspace.
    pub async fn create_key(&self, mode: KeyMode) -> IssuedKey {
        let name = "test".parse().unwrap();
        let confirmation = SecretConfirmation::NotNeeded;
        issued(self.store.create_key(self.workspace, name, mode, None, confirmation).await.unwrap())
    }

    /// Revokes a key as `DELETE /v1/keys/{id}` does: when it returns, no node accepts the key.
    pub async fn revoke_key(&self, key_id: KeyId) {
        self.store.revoke_key(self.workspace, key_id).await.unwrap().expect("the workspace has this key");
    }

    /// What `GET /v1/usage` answers, from the usage that nodes have flushed.
    pub async fn usage(&self) -> MonthlyUsage {
        self.store.usage_of_current_month(self.workspace).await.unwrap()
    }
}

impl std::fmt::Debug for TestAuthority {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("TestAuthority").field("workspace", &self.workspace).finish_non_exhaustive()
    }
}
