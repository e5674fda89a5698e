//! The server that all tests of a process share, kept between runs.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::Duration;
use std::{env, fs, thread};

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::error::{LocalPostgresError, Result};
use crate::home::Home;
use crate::installing;
use crate::local_postgres::LocalPostgres;
use crate::options::{Durability, Options};
use crate::places::{memory_with_room, own_directory_in_public};
use crate::sql::Connection;
use crate::test_template::Templates;

/// What every test database's name begins with.
pub(crate) const TEST_PREFIX: &str = "test_";
/// More test processes than this at once, and something is wrong.
const SLOTS: u32 = 64;

#[derive(Debug)]
pub(crate) struct TestCluster {
    pub(crate) postgres: LocalPostgres,
    pub(crate) templates: Templates,
    unwanted: UnboundedSender<String>,
}

impl TestCluster {
    /// Started by the first test that needs it. A static is never dropped: the server's watcher stops it.
    pub(crate) fn shared() -> Result<&'static Self> {
        static SHARED: OnceLock<Result<TestCluster, String>> = OnceLock::new();
        let shared = SHARED.get_or_init(|| Self::start().map_err(|error| error.to_string()));
        shared.as_ref().map_err(|message| LocalPostgresError::TestCluster(message.clone()))
    }

    fn start() -> Result<Self> {
        let major = installing::find_or_install(None)?.major;
        Self::start_in(&clusters_directory(major)?)
    }

    /// In the first directory that no other process uses.
    fn start_in(clusters: &Path) -> Result<Self> {
        for slot in 0..SLOTS {
            let directory = clusters.join(format!("slot-{slot}"));
            match start_slot(&directory) {
                Err(LocalPostgresError::InUse { .. } | LocalPostgresError::OrphanRemains { .. }) => {}
                result => return result.and_then(Self::around),
            }
        }
        Err(LocalPostgresError::InUse { directory: clusters.to_owned() })
    }

    pub(crate) fn around(postgres: LocalPostgres) -> Result<Self> {
        let unwanted = start_janitor(postgres.database_url("postgres"))?;
        Ok(Self { postgres, templates: Templates::default(), unwanted })
    }

    /// Drops the database some time soon, without keeping the caller; at the latest when the cluster is next used.
    pub(crate) fn discard(&self, database: String) {
        let _ = self.unwanted.send(database);
    }
}

fn start_slot(directory: &Path) -> Result<LocalPostgres> {
    let start = || {
        let options = test_options(directory);
        LocalPostgres::start_in(Home::kept(directory, options.port(), Duration::ZERO)?, options)
    };
    match start() {
        // Without fsync a machine that lost power may leave a broken cluster; nothing in it is missed.
        Err(LocalPostgresError::DidNotStart { .. }) => {
            let data = directory.join("data");
            fs::remove_dir_all(&data).map_err(LocalPostgresError::io("remove", &data))?;
            start()
        }
        result => result,
    }
}

fn test_options(directory: &Path) -> Options {
    Options::kept(directory)
        .durability(Durability::Fast)
        // Tests run in parallel, each with pools of its own.
        .setting("max_connections", "500")
        // A worker in the template would keep it from being copied; test databases do not live long enough to need it.
        .setting("autovacuum", "off")
        .setting("max_wal_size", "256MB")
        .setting("min_wal_size", "32MB")
}

fn clusters_directory(major: u32) -> Result<PathBuf> {
    let place = memory_with_room().unwrap_or_else(env::temp_dir);
    let uid = rustix::process::geteuid().as_raw();
    let directory = place.join(format!("chaser-keys-test-{uid}-{major}"));
    own_directory_in_public(&directory)?;
    Ok(directory)
}

/// A thread that drops databases: a test's end must not wait for it, nor hang in it.
fn start_janitor(url: String) -> Result<UnboundedSender<String>> {
    let (sender, receiver) = unbounded_channel();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(LocalPostgresError::io("start a runtime for", Path::new("the janitor")))?;
    let outcome = thread::scope(|scope| scope.spawn(|| runtime.block_on(leftover_databases(&url))).join());
    let leftovers = outcome.unwrap_or_else(|_| Ok(Vec::new()))?;
    thread::Builder::new()
        .name("local-postgres-janitor".to_owned())
        .spawn(move || runtime.block_on(drop_databases(&url, leftovers, receiver)))
        .map_err(LocalPostgresError::io("start", Path::new("the janitor")))?;
    Ok(sender)
}

/// Of killed tests. Listed before the first new one exists, as a process number may come again.
async fn leftover_databases(url: &str) -> Result<Vec<String>> {
    let connection = Connection::open(url).await?;
    let databases = connection.databases().await;
    connection.close().await;
    Ok(databases?.into_iter().filter(|name| name.starts_with(TEST_PREFIX)).collect())
}

async fn drop_databases(url: &str, leftovers: Vec<String>, mut unwanted: UnboundedReceiver<String>) {
    for name in leftovers {
        drop_one(url, &name).await;
    }
    while let Some(name) = unwanted.recv().await {
        drop_one(url, &name).await;
    }
}

/// Best effort: what is left now, the next process drops.
async fn drop_one(url: &str, name: &str) {
    if let Ok(connection) = Connection::open(url).await {
        let _ = connection.drop_database(name).await;
        connection.close().await;
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    async fn databases(postgres: &LocalPostgres) -> Vec<String> {
        let connection = Connection::open(&postgres.database_url("postgres")).await.unwrap();
        let databases = connection.databases().await.unwrap();
        connection.close().await;
        databases
    }

    #[tokio::test]
    async fn databases_left_by_killed_tests_are_dropped_and_others_are_not() {
        let postgres = LocalPostgres::start(Options::temporary()).unwrap();
        postgres.create_database("test_1_0").await.unwrap();
        postgres.create_database("template_keys-1").await.unwrap();
        let cluster = TestCluster::around(postgres).unwrap();
        let deadline = Instant::now() + Duration::from_secs(10);
        while databases(&cluster.postgres).await.contains(&"test_1_0".to_owned()) {
            assert!(Instant::now() < deadline, "still there");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        assert!(databases(&cluster.postgres).await.contains(&"template_keys-1".to_owned()));
    }

    #[test]
    fn a_broken_slot_is_made_anew_and_a_used_one_is_left_alone() {
        let place = tempfile::Builder::new().tempdir_in("/tmp").unwrap();
        own_directory_in_public(&place.path().join("clusters")).unwrap();
        let clusters = place.path().join("clusters");
        let cluster = TestCluster::start_in(&clusters).unwrap();
        let second = TestCluster::start_in(&clusters).unwrap();
        assert!(cluster.postgres.directory().ends_with("slot-0"));
        assert!(second.postgres.directory().ends_with("slot-1"));
        drop(cluster);
        fs::remove_file(clusters.join("slot-0/data/global/pg_control")).unwrap();
        let again = TestCluster::start_in(&clusters).unwrap();
        assert!(again.postgres.directory().ends_with("slot-0"));
    }

    #[test]
    fn processes_that_begin_at_once_get_a_slot_each() {
        let place = tempfile::Builder::new().tempdir_in("/tmp").unwrap();
        let clusters = place.path().join("clusters");
        own_directory_in_public(&clusters).unwrap();
        // Locks are of open files, so threads exclude each other as processes do.
        let mut started: Vec<TestCluster> = thread::scope(|scope| {
            let starting: Vec<_> = (0..3).map(|_| scope.spawn(|| TestCluster::start_in(&clusters))).collect();
            starting.into_iter().map(|each| each.join().unwrap().unwrap()).collect()
        });
        started.sort_by(|one, other| one.postgres.directory().cmp(other.postgres.directory()));
        started.dedup_by(|one, other| one.postgres.directory() == other.postgres.directory());
        assert_eq!(started.len(), 3);
    }

    #[test]
    fn a_directory_of_someone_else_is_not_used() {
        if rustix::process::geteuid().is_root() {
            let place = tempfile::tempdir().unwrap();
            std::os::unix::fs::chown(place.path(), Some(65534), None).unwrap();
            let message = own_directory_in_public(place.path()).unwrap_err().to_string();
            assert!(message.contains("belongs to another user (uid 65534)"), "{message}");
        } else {
            assert!(own_directory_in_public(Path::new("/usr")).is_err());
        }
    }
}
