//! A PostgreSQL of the benchmark's own, and nodes on it.

use chaser_keys::{IssuedKey, KeyMode, Pepper, Peppers, WorkspaceId};
use chaser_keys_storage::{
    DatabaseUrl, KeyCreation, SecretConfirmation, Store, StoreOptions, run_migrations,
};
use local_postgres::{Durability, LocalPostgres, Options};
use tokio_postgres::Client;

/// "ZZZ…"
pub(crate) const PEPPER: &[u8; 32] = &[0x5a; 32];

pub(crate) fn peppers() -> Peppers {
    Peppers::new(Pepper::new("p1".parse().unwrap(), PEPPER), Vec::new()).unwrap()
}

pub(crate) struct Place {
    pub(crate) url: String,
    _postgres: LocalPostgres,
}

impl Place {
    /// Durable: with fsync off a commit would cost next to nothing, and every ratio to it would be wrong.
    pub(crate) async fn start() -> Self {
        let options = Options::temporary().durability(Durability::Durable);
        let postgres = tokio::task::spawn_blocking(|| LocalPostgres::start(options)).await.unwrap().unwrap();
        let url = postgres.create_database("bench").await.unwrap();
        run_migrations(&url.parse::<DatabaseUrl>().unwrap()).await.unwrap();
        Self { url, _postgres: postgres }
    }

    /// A node that serves until the process ends, or until its background is aborted.
    pub(crate) async fn node(&self) -> Node {
        let url: DatabaseUrl = self.url.parse().unwrap();
        let store = Store::connect(&url, peppers(), StoreOptions::default()).await.unwrap();
        let node = store.clone();
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let background = tokio::spawn(async move { node.run_background(async { _ = stopped.await }).await });
        store.node().until_ready().await;
        Node { store, stop, background }
    }

    pub(crate) async fn sql(&self) -> Client {
        let (client, connection) = tokio_postgres::connect(&self.url, tokio_postgres::NoTls).await.unwrap();
        tokio::spawn(connection);
        client
    }
}

pub(crate) struct Node {
    pub(crate) store: Store,
    stop: tokio::sync::oneshot::Sender<()>,
    background: tokio::task::JoinHandle<()>,
}

impl Node {
    pub(crate) async fn stop(self) {
        drop(self.stop);
        self.background.await.unwrap();
    }
}

pub(crate) async fn workspace(store: &Store) -> WorkspaceId {
    store.create_workspace(&"Bench".parse().unwrap()).await.unwrap()
}

pub(crate) async fn create_key(store: &Store, workspace: WorkspaceId) -> IssuedKey {
    match store
        .create_key(workspace, "bench".parse().unwrap(), KeyMode::Live, None, SecretConfirmation::NotNeeded)
        .await
        .unwrap()
    {
        KeyCreation::Issued(issued) => issued,
        KeyCreation::Replayed(_) => unreachable!("there is no Idempotency-Key"),
    }
}
