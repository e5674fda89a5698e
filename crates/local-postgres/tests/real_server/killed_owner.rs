//! What `kill -9` of the owner leaves: nothing that stops the next start.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use crate::support::{Helper, ask, exists, passable_directory, role, say, wait_to_be_killed, wait_until};
use local_postgres::{LocalPostgres, Options};

#[tokio::test]
async fn a_kept_server_ends_with_its_killed_owner_and_starts_again_at_once() {
    if let Some(home) = role() {
        let postgres = LocalPostgres::start(Options::kept(home)).unwrap();
        ask(&postgres.database_url("postgres"), "CREATE TABLE kept (v int)").await.unwrap();
        say(&postgres.pid().unwrap().to_string());
        return wait_to_be_killed();
    }
    let directory = passable_directory();
    let home = directory.path().join("postgres");
    let test = "killed_owner::a_kept_server_ends_with_its_killed_owner_and_starts_again_at_once";
    let mut helper = Helper::start(test, &home);
    let orphan: u32 = helper.line().parse().unwrap();
    assert!(exists(orphan));
    helper.kill();
    let postgres = LocalPostgres::start(Options::kept(&home)).unwrap();
    // Its number lasts until init has read its status.
    wait_until("the orphan has ended", || !exists(orphan));
    assert_eq!(ask(&postgres.database_url("postgres"), "SELECT count(*) FROM kept").await.unwrap(), "0");
}

#[test]
fn a_temporary_server_of_a_killed_owner_leaves_no_directory() {
    if role().is_some() {
        let postgres = LocalPostgres::start(Options::temporary()).unwrap();
        say(&postgres.pid().unwrap().to_string());
        say(postgres.directory().to_str().unwrap());
        return wait_to_be_killed();
    }
    let test = "killed_owner::a_temporary_server_of_a_killed_owner_leaves_no_directory";
    let mut helper = Helper::start(test, Path::new("/"));
    let orphan: u32 = helper.line().parse().unwrap();
    let temporary = helper.line();
    assert!(Path::new(&temporary).is_dir());
    helper.kill();
    wait_until("the orphan has ended", || !exists(orphan));
    wait_until("its directory is gone", || !Path::new(&temporary).exists());
}

#[tokio::test]
async fn an_ordinary_user_has_a_server_too() {
    if let Some(directory) = role() {
        assert!(!rustix::process::geteuid().is_root());
        let mut kept = LocalPostgres::start(Options::kept(directory.join("home/postgres"))).unwrap();
        kept.restart().unwrap();
        let url = kept.create_database("own").await.unwrap();
        ask(&url, "CREATE TABLE mine (v int)").await.unwrap();
        let temporary = LocalPostgres::start(Options::temporary()).unwrap();
        let answer = ask(&temporary.database_url("postgres"), "SELECT 'it works'").await.unwrap();
        drop(kept);
        return say(&answer);
    }
    let directory = passable_directory();
    let home = directory.path().join("home");
    fs::create_dir(&home).unwrap();
    if rustix::process::geteuid().is_root() {
        std::os::unix::fs::chown(&home, Some(65534), Some(65534)).unwrap();
    }
    let mut helper =
        Helper::start_as_nobody("killed_owner::an_ordinary_user_has_a_server_too", directory.path());
    assert_eq!(helper.line(), "it works");
    assert!(helper.child.wait().unwrap().success());

    // Root may start an ordinary user's cluster, and leaves it that user's.
    let postgres = LocalPostgres::start(Options::kept(home.join("postgres"))).unwrap();
    assert_eq!(ask(&postgres.database_url("own"), "SELECT count(*) FROM mine").await.unwrap(), "0");
    let owner = fs::metadata(&home).unwrap().uid();
    for name in ["lock", "postgres.log", "data/postmaster.pid"] {
        assert_eq!(fs::metadata(home.join("postgres").join(name)).unwrap().uid(), owner, "{name}");
    }
}

#[tokio::test]
async fn a_stale_postmaster_pid_with_a_reused_number_does_not_stop_a_start() {
    let directory = passable_directory();
    let home = directory.path().join("postgres");
    let mut postgres = LocalPostgres::start(Options::kept(&home)).unwrap();
    let data = home.join("data");
    let while_running = fs::read_to_string(data.join("postmaster.pid")).unwrap();
    postgres.kill();
    assert!(data.join("postmaster.pid").exists(), "a killed server leaves its file");

    // Only a process of the same user makes PostgreSQL refuse.
    let mut stranger =
        Command::new("sleep").arg("60").uid(fs::metadata(&data).unwrap().uid()).spawn().unwrap();
    let (_, rest) = while_running.split_once('\n').unwrap();
    fs::write(data.join("postmaster.pid"), format!("{}\n{rest}", stranger.id())).unwrap();
    let socket_lock = home.join("socket/.s.PGSQL.5432.lock");
    fs::write(&socket_lock, format!("{}\n", stranger.id())).unwrap();

    let outcome = postgres.start_again();
    let stranger_lives = stranger.try_wait().unwrap().is_none();
    stranger.kill().unwrap();
    stranger.wait().unwrap();
    outcome.unwrap();
    assert!(stranger_lives, "a process that is no server of ours was ended");
    assert_eq!(ask(&postgres.database_url("postgres"), "SELECT 1").await.unwrap(), "1");
}

#[test]
fn an_unfinished_initdb_is_swept_away() {
    let directory = passable_directory();
    let home = directory.path().join("postgres");
    fs::create_dir_all(home.join("data.new-killed/base")).unwrap();
    fs::write(home.join("lock"), "").unwrap();
    if rustix::process::geteuid().is_root() {
        std::os::unix::fs::chown(&home, Some(65534), Some(65534)).unwrap();
    }
    LocalPostgres::start(Options::kept(&home)).unwrap();
    assert!(!home.join("data.new-killed").exists());
}
