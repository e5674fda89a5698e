//! What the tests of a real server have in common.

use std::io::{BufRead, BufReader, Read};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs};

use tempfile::TempDir;
use tokio_postgres::{NoTls, SimpleQueryMessage};

/// Where PostgreSQL's user may pass through, also when we are root.
pub(crate) fn passable_directory() -> TempDir {
    let directory = tempfile::Builder::new().prefix("local-postgres-tests-").tempdir_in("/tmp").unwrap();
    fs::set_permissions(directory.path(), PermissionsExt::from_mode(0o755)).unwrap();
    directory
}

/// The first column of the last row.
pub(crate) async fn ask(url: &str, statements: &str) -> Result<String, tokio_postgres::Error> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
    let driver = tokio::spawn(connection);
    let messages = client.simple_query(statements).await;
    drop(client);
    let _ = driver.await;
    Ok(messages?
        .into_iter()
        .filter_map(|message| match message {
            SimpleQueryMessage::Row(row) => Some(row.get(0).unwrap_or("NULL").to_owned()),
            _ => None,
        })
        .next_back()
        .unwrap_or_default())
}

const ROLE: &str = "LOCAL_POSTGRES_TEST_DIRECTORY";

/// Set in a process started by [`Helper`]: the test plays the process that is killed.
#[expect(clippy::disallowed_methods, reason = "a role in a test is no configuration of the service")]
pub(crate) fn role() -> Option<PathBuf> {
    env::var_os(ROLE).map(PathBuf::from)
}

/// Another process of this same test binary, in which `role()` is set.
pub(crate) struct Helper {
    pub(crate) child: Child,
    _stdin: ChildStdin,
    stdout: BufReader<ChildStdout>,
}

impl Helper {
    pub(crate) fn start(test: &str, directory: &Path) -> Self {
        Self::start_by(Command::new(env::current_exe().unwrap()), test, directory)
    }

    /// The binary is copied to where anyone can read it: the build directory may be in root's home.
    pub(crate) fn start_as_nobody(test: &str, directory: &Path) -> Self {
        let binary = directory.join("tests");
        fs::copy(env::current_exe().unwrap(), &binary).unwrap();
        let mut command = Command::new(binary);
        if rustix::process::geteuid().is_root() {
            command.uid(65534).gid(65534).current_dir("/").env("HOME", "/nonexistent");
        }
        Self::start_by(command, test, directory)
    }

    fn start_by(mut command: Command, test: &str, directory: &Path) -> Self {
        command.args(["--exact", test, "--nocapture"]).env(ROLE, directory);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let stdin = child.stdin.take().unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        Self { child, _stdin: stdin, stdout }
    }

    /// What the helper has said with [`say`].
    pub(crate) fn line(&mut self) -> String {
        let mut line = String::new();
        loop {
            line.clear();
            assert_ne!(self.stdout.read_line(&mut line).unwrap(), 0, "the helper ended without a word");
            // The test harness writes its own words before, in the same line.
            if let Some((_, word)) = line.split_once("helper says: ") {
                return word.trim_end().to_owned();
            }
        }
    }

    /// As `kill -9`.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

pub(crate) fn say(word: &str) {
    println!("helper says: {word}");
}

/// In the helper: stay until killed, or until the test has gone.
pub(crate) fn wait_to_be_killed() {
    let _ = std::io::stdin().read(&mut [0]);
}

pub(crate) fn exists(pid: u32) -> bool {
    let pid = rustix::process::Pid::from_raw(i32::try_from(pid).unwrap()).unwrap();
    rustix::process::test_kill_process(pid) != Err(rustix::io::Errno::SRCH)
}

pub(crate) fn wait_until(what: &str, condition: impl Fn() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(15);
    while !condition() {
        assert!(Instant::now() < deadline, "still not so after 15 s: {what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}
