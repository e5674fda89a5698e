//! A server of one's own: its life, its settings, its URL.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use crate::support::{ask, passable_directory};
use local_postgres::{Durability, LocalPostgres, Options};

#[tokio::test]
async fn data_outlives_stop_restart_kill_and_a_new_owner() {
    let directory = passable_directory();
    let options = Options::kept(directory.path().join("postgres"));
    let mut postgres = LocalPostgres::start(options.clone()).unwrap();
    let url = postgres.create_database("keys").await.unwrap();
    assert_eq!(postgres.create_database("keys").await.unwrap(), url);
    ask(&url, "CREATE TABLE t (v int); INSERT INTO t VALUES (1)").await.unwrap();

    postgres.restart().unwrap();
    assert_eq!(ask(&url, "INSERT INTO t VALUES (2); SELECT count(*) FROM t").await.unwrap(), "2");

    postgres.kill();
    assert_eq!(postgres.pid(), None);
    assert!(ask(&url, "SELECT 1").await.is_err());
    postgres.start_again().unwrap();
    assert_eq!(ask(&url, "SELECT count(*) FROM t").await.unwrap(), "2");

    postgres.stop();
    assert!(ask(&url, "SELECT 1").await.is_err());
    drop(postgres);
    let postgres = LocalPostgres::start(options).unwrap();
    assert_eq!(postgres.database_url("keys"), url);
    assert_eq!(ask(&url, "SELECT count(*) FROM t").await.unwrap(), "2");
    assert!(fs::read_to_string(postgres.log_path()).unwrap().contains("ready to accept connections"));
}

#[tokio::test]
async fn a_durable_server_syncs_and_a_fast_one_does_not() {
    for (durability, expected) in [(Durability::Durable, "on"), (Durability::Fast, "off")] {
        let postgres = LocalPostgres::start(Options::temporary().durability(durability)).unwrap();
        let url = postgres.database_url("postgres");
        for setting in ["fsync", "synchronous_commit", "full_page_writes"] {
            assert_eq!(ask(&url, &format!("SHOW {setting}")).await.unwrap(), expected, "{setting}");
        }
        assert_eq!(ask(&url, "SHOW listen_addresses").await.unwrap(), "");
        for private in [postgres.directory().to_owned(), postgres.directory().join("socket")] {
            assert_eq!(fs::metadata(&private).unwrap().permissions().mode() & 0o777, 0o700, "{private:?}");
        }
    }
}

#[tokio::test]
async fn settings_files_and_pg_hba_lines_open_a_tcp_port() {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let options = Options::temporary()
        .setting("listen_addresses", "127.0.0.1")
        .setting("port", port.to_string())
        .file("note.txt", "hello")
        .pg_hba_line("host let_in all 127.0.0.1/32 trust");
    let postgres = LocalPostgres::start(options).unwrap();
    let socket_url = postgres.create_database("let_in").await.unwrap();
    assert_eq!(ask(&socket_url, "SELECT pg_read_file('note.txt')").await.unwrap(), "hello");
    let tcp = |database| format!("postgresql://postgres@127.0.0.1:{port}/{database}");
    assert_eq!(ask(&tcp("let_in"), "SELECT 1").await.unwrap(), "1");
    assert!(ask(&tcp("postgres"), "SELECT 1").await.is_err(), "no line lets this one in");
}

#[tokio::test]
async fn psql_takes_the_same_url_whatever_its_environment() {
    let postgres = LocalPostgres::start(Options::temporary()).unwrap();
    let url = postgres.create_database("with space & ümlaut").await.unwrap();
    assert_eq!(ask(&url, "SELECT current_database()").await.unwrap(), "with space & ümlaut");
    let psql = Command::new("psql")
        .args(["-XAtc", "SELECT current_user", &url])
        .env("PGPORT", "1")
        .env("PGUSER", "someone")
        .output()
        .unwrap();
    assert_eq!(String::from_utf8_lossy(&psql.stdout), "postgres\n", "{psql:?}");
}

#[tokio::test]
async fn a_path_too_long_for_a_socket_gets_a_short_socket_directory() {
    let directory = passable_directory();
    let deep = directory.path().join("deep".repeat(25)).join("deep".repeat(25));
    fs::create_dir_all(deep.parent().unwrap()).unwrap();
    let mut postgres = LocalPostgres::start(Options::kept(&deep)).unwrap();
    let url = postgres.database_url("postgres");
    assert!(url.contains("host=%2Ftmp%2Flpg-"), "{url}");
    postgres.restart().unwrap();
    assert_eq!(ask(&url, "SELECT 1").await.unwrap(), "1");
}

#[test]
fn a_directory_in_use_and_one_with_other_files_are_refused_by_name() {
    let directory = passable_directory();
    let home = directory.path().join("postgres");
    let running = LocalPostgres::start(Options::kept(&home)).unwrap();
    let message = LocalPostgres::start(Options::kept(&home)).unwrap_err().to_string();
    assert!(message.contains("another process is using") && message.contains("postgres"), "{message}");
    drop(running);
    fs::write(directory.path().join("thesis.txt"), "").unwrap();
    let message = LocalPostgres::start(Options::kept(directory.path())).unwrap_err().to_string();
    assert!(message.contains("holds other files"), "{message}");
}

#[test]
fn a_server_that_cannot_start_says_why_and_leaves_nothing_running() {
    let directory = passable_directory();
    let home = directory.path().join("postgres");
    let message =
        LocalPostgres::start(Options::kept(&home).setting("no_such_setting", "1")).unwrap_err().to_string();
    assert!(message.contains("no_such_setting"), "{message}");
    LocalPostgres::start(Options::kept(&home)).unwrap();
}

#[tokio::test]
async fn a_directory_the_server_cannot_reach_is_replaced_for_root_and_named_to_others() {
    let closed = passable_directory();
    let wanted = closed.path().join("postgres");
    if rustix::process::geteuid().is_root() {
        // As root's home is.
        fs::set_permissions(closed.path(), PermissionsExt::from_mode(0o700)).unwrap();
        let postgres = LocalPostgres::start(Options::kept(&wanted)).unwrap();
        let used = postgres.directory().to_owned();
        assert_eq!(ask(&postgres.database_url("postgres"), "SELECT 1").await.unwrap(), "1");
        drop(postgres);
        let again = LocalPostgres::start(Options::kept(&wanted)).unwrap();
        assert_eq!(again.directory(), used);
        drop(again);
        assert!(used.starts_with("/var/tmp/local-postgres-0") && !wanted.exists(), "{used:?}");
        fs::remove_dir_all(used).unwrap();
    } else {
        fs::set_permissions(closed.path(), PermissionsExt::from_mode(0o555)).unwrap();
        let message = LocalPostgres::start(Options::kept(&wanted)).unwrap_err().to_string();
        assert!(message.contains(wanted.to_str().unwrap()), "{message}");
    }
}
