//! A PostgreSQL of the benchmark's own, with keys in it, and a folder for what the load generator reads.

use std::path::PathBuf;
use std::process::Command;

use chaser_keys::{KeyMode, Peppers, WorkspaceId};
use chaser_keys_server::create_user;
use chaser_keys_storage::{DatabaseUrl, SecretConfirmation, Store, StoreOptions, run_migrations};
use local_postgres::{Durability, LocalPostgres, Options};
use tempfile::TempDir;
use tokio_postgres::Client;

use crate::keys;

/// "ZZZ…", also the opponents'.
pub(crate) const PEPPERS: &str = "p1:5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a";

pub(crate) struct Place {
    pub(crate) url: String,
    pub(crate) folder: TempDir,
    pub(crate) workspace: WorkspaceId,
    postgres: LocalPostgres,
}

impl Place {
    /// Durable: with fsync off a commit would cost next to nothing, and every ratio to it would be wrong.
    pub(crate) async fn start() -> Self {
        let options = Options::temporary()
            .durability(Durability::Durable)
            .setting("shared_preload_libraries", "pg_stat_statements");
        let postgres = tokio::task::spawn_blocking(|| LocalPostgres::start(options)).await.unwrap().unwrap();
        let url = postgres.create_database("bench").await.unwrap();
        run_migrations(&url.parse::<DatabaseUrl>().unwrap()).await.unwrap();
        // A node registers its pepper when it connects.
        let store = Store::connect(&url.parse().unwrap(), peppers(), StoreOptions::default()).await.unwrap();
        let workspace = store.create_workspace(&"Bench".parse().unwrap()).await.unwrap();
        // With its first key a pepper is registered.
        store
            .create_key(
                workspace,
                "first".parse().unwrap(),
                KeyMode::Live,
                None,
                SecretConfirmation::NotNeeded,
            )
            .await
            .unwrap();
        Self { url, folder: TempDir::new().unwrap(), workspace, postgres }
    }

    /// The database as our own code sees it. Not a node: it verifies nothing.
    pub(crate) async fn store(&self) -> Store {
        Store::connect(&self.url.parse().unwrap(), peppers(), StoreOptions::default()).await.unwrap()
    }

    /// A person of a workspace, signed in: the cookie's value.
    pub(crate) async fn session(&self, store: &Store, email: &str, workspace: WorkspaceId) -> String {
        let email = email.parse().unwrap();
        let password = "a password of the benchmark's own";
        create_user(store, &self.url.parse().unwrap(), workspace, &email, password).await.unwrap();
        let credentials = store.find_credentials(&email).await.unwrap().unwrap();
        let opened = store.open_session(&credentials, None).await.unwrap().unwrap();
        opened.token.expose().to_owned()
    }

    pub(crate) async fn sql(&self) -> Client {
        let (client, connection) = tokio_postgres::connect(&self.url, tokio_postgres::NoTls).await.unwrap();
        tokio::spawn(connection);
        client
    }

    /// So many keys, those of the numbers from zero; none is taken away.
    pub(crate) async fn has_keys(&self, wanted: u32) {
        let client = self.sql().await;
        let bulk = "select count(*) from api_keys where name = 'bulk'";
        let stored: i64 = client.query_one(bulk, &[]).await.unwrap().get(0);
        let stored = u32::try_from(stored).unwrap();
        if stored < wanted {
            keys::insert(&client, &peppers(), self.workspace.as_uuid(), stored..wanted).await;
        }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// From now on new connections are served only when nobody else wants a processor, as if PostgreSQL had its own:
    /// otherwise its work for the one appears as the latency of all.
    pub(crate) fn postgres_gives_way(&self) {
        let postgres = self.postgres.pid().expect("it runs").to_string();
        let done = Command::new("chrt").args(["--idle", "--pid", "0", &postgres]).status().unwrap();
        assert!(done.success(), "chrt failed");
    }

    /// What every figure depends on.
    pub(crate) fn describe(&self) {
        let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
        let information = read("/proc/cpuinfo");
        let model =
            information.lines().find_map(|line| line.strip_prefix("model name\t: ")).unwrap_or("unknown");
        let processors = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
        println!("{processors} processors, {model}; Linux {}", read("/proc/sys/kernel/osrelease").trim());
        println!("chaser-keys {}, PostgreSQL {}", env!("CARGO_PKG_VERSION"), self.postgres.major_version());
    }
}

pub(crate) fn peppers() -> Peppers {
    PEPPERS.parse().unwrap()
}
