//! Behind `PgBouncer`: in session mode everything works, in transaction mode the store refuses to open.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use chaser_keys_storage::chaser_keys_node::postgres::DatabaseError;
use chaser_keys_storage::{DatabaseUrl, NodeError, StorageError, Store};
use local_postgres::TestDatabase;
use tempfile::TempDir;

use crate::support::{TestStore, connect, migrated_database, peppers, quiet};

/// A `PgBouncer` of Debian's package in front of one database.
struct PgBouncer {
    process: Child,
    directory: TempDir,
    user: String,
}

impl PgBouncer {
    fn start(database: &TestDatabase, pool_mode: &str) -> Self {
        install_where_missing();
        let behind: tokio_postgres::Config = database.url().parse().unwrap();
        let user = behind.get_user().unwrap().to_owned();
        let [tokio_postgres::config::Host::Unix(socket)] = behind.get_hosts() else {
            panic!("tests reach PostgreSQL through a socket")
        };
        let directory = tempfile::tempdir().unwrap();
        // Its socket is made by the user that it runs as, when it was started by root.
        fs::set_permissions(directory.path(), Permissions::from_mode(0o777)).unwrap();
        let configuration = directory.path().join("pgbouncer.ini");
        let written = format!(
            "[databases]\nchaser = host={} port={} dbname={} user={user}\n[pgbouncer]\nlisten_addr =\n\
             unix_socket_dir = {}\nlisten_port = 6432\nauth_type = any\npool_mode = {pool_mode}\n",
            socket.display(),
            behind.get_ports().first().unwrap_or(&5432),
            database.name(),
            directory.path().display(),
        );
        fs::write(&configuration, written).unwrap();
        let mut command = Command::new("pgbouncer");
        if rustix::process::geteuid().is_root() {
            command.args(["-u", "postgres"]);
        }
        command.arg(&configuration).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let process = command.spawn().unwrap();
        let socket = directory.path().join(".s.PGSQL.6432");
        let begun = Instant::now();
        while !socket.exists() {
            assert!(begun.elapsed() < Duration::from_secs(20), "PgBouncer does not start");
            std::thread::sleep(Duration::from_millis(10));
        }
        Self { process, directory, user }
    }

    fn url(&self) -> String {
        let host = self.directory.path().display().to_string().replace('/', "%2F");
        format!("postgres://{}@{host}:6432/chaser", self.user)
    }
}

impl Drop for PgBouncer {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing to end.
        _ = self.process.kill();
        _ = self.process.wait();
    }
}

fn install_where_missing() {
    let is_there = || Command::new("pgbouncer").arg("--version").output().is_ok();
    if is_there() {
        return;
    }
    let apt = |arguments: &[&str]| {
        let mut command = Command::new("apt-get");
        command.args(["-o", "DPkg::Lock::Timeout=300", "-y"]).args(arguments);
        // A run level in which Debian starts no services.
        command.env("DEBIAN_FRONTEND", "noninteractive").env("RUNLEVEL", "1").output()
    };
    let install = ["install", "--no-install-recommends", "pgbouncer"];
    if !apt(&install).is_ok_and(|output| output.status.success()) {
        _ = apt(&["update"]);
        _ = apt(&install);
    }
    assert!(is_there(), "this test needs PgBouncer: sudo apt-get install --no-install-recommends pgbouncer");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pooler_in_transaction_mode_is_refused_at_the_start() {
    let database = migrated_database().await;
    let pooler = PgBouncer::start(&database, "transaction");
    let url: DatabaseUrl = pooler.url().parse().unwrap();
    let refused = Store::connect(&url, peppers(&[("p1", 1)]), quiet()).await.err().unwrap();
    assert!(
        matches!(refused, StorageError::Node(NodeError::Database(DatabaseError::TransactionPooler))),
        "{refused:?}"
    );
    assert!(refused.to_string().contains("pool_mode = session"), "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn behind_a_pooler_in_session_mode_everything_works() {
    let test = TestStore::new().await;
    let pooler = PgBouncer::start(&test.database, "session");
    let node = connect(&pooler.url(), peppers(&[("p1", 1)]), quiet()).await;
    let key = test.create_key("ci").await;
    assert!(node.node().verifier().verify(&key.secret).await.unwrap().is_some());
    test.revoke(&key.key).await;
    assert!(node.node().verifier().verify(&key.secret).await.unwrap().is_none());
}
