//! Running the program until it is ready, and to its end.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process, test_kill_process};
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};
use tokio::process::{Child, Command};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// `initdb` on a busy machine, and more.
const PATIENCE: Duration = Duration::from_secs(90);

#[derive(Debug)]
pub(crate) struct Running {
    child: Child,
    stdout: mpsc::UnboundedReceiver<String>,
    stderr: Arc<Mutex<String>>,
    stderr_ended: JoinHandle<()>,
}

impl Running {
    /// The first word is the subcommand.
    pub(crate) fn start(arguments: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_chaser-keys-dev"));
        command.args(arguments).env_remove("CHASER_LOG").env_remove("CHASER_LOG_FORMAT");
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
        let mut child = command.spawn().unwrap();
        let (sender, stdout) = mpsc::unbounded_channel();
        let stderr = Arc::new(Mutex::new(String::new()));
        read_lines(child.stdout.take().unwrap(), move |line| _ = sender.send(line));
        let kept = Arc::clone(&stderr);
        let keep = move |line: String| *kept.lock().unwrap() += &(line + "\n");
        let stderr_ended = read_lines(child.stderr.take().unwrap(), keep);
        Self { child, stdout, stderr, stderr_ended }
    }

    /// The next line of standard output.
    pub(crate) async fn line(&mut self) -> String {
        let line = timeout(PATIENCE, self.stdout.recv()).await.expect("a line in time");
        line.unwrap_or_else(|| panic!("it ended:\n{}", self.stderr()))
    }

    /// The next line of standard output, parsed.
    pub(crate) async fn json(&mut self) -> Value {
        serde_json::from_str(&self.line().await).unwrap()
    }

    /// Every line of standard output up to the one that begins like this.
    pub(crate) async fn lines_until(&mut self, beginning: &str) -> String {
        let mut lines = String::new();
        loop {
            let line = self.line().await;
            lines = lines + &line + "\n";
            if line.starts_with(beginning) {
                return lines;
            }
        }
    }

    pub(crate) fn stderr(&self) -> String {
        self.stderr.lock().unwrap().clone()
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id().unwrap()
    }

    /// Asks it to stop, and expects an exit code of 0 and not another word on standard output.
    pub(crate) async fn stop(mut self, signal: Signal) {
        kill_process(pid(self.pid()), signal).unwrap();
        assert_eq!(self.ended().await, Some(0), "{}", self.stderr());
        assert_eq!(self.stdout.recv().await, None);
    }

    pub(crate) async fn kill(mut self) {
        self.child.start_kill().unwrap();
        self.ended().await;
    }

    /// The exit code; none when a signal ended it. All it had to say is then in `stderr`.
    pub(crate) async fn ended(&mut self) -> Option<i32> {
        let code = timeout(PATIENCE, self.child.wait()).await.expect("it ends in time").unwrap().code();
        timeout(PATIENCE, &mut self.stderr_ended).await.expect("standard error ends").unwrap();
        code
    }
}

fn read_lines(
    output: impl AsyncRead + Send + Unpin + 'static,
    mut each: impl FnMut(String) + Send + 'static,
) -> JoinHandle<()> {
    tokio::spawn(async move {
        let mut lines = BufReader::new(output).lines();
        while let Ok(Some(line)) = lines.next_line().await {
            each(line);
        }
    })
}

fn pid(number: u32) -> Pid {
    Pid::from_raw(number.try_into().unwrap()).unwrap()
}

/// As root the server runs as another user, who has to pass through.
pub(crate) fn let_everyone_in(directory: &Path) {
    fs::set_permissions(directory, fs::Permissions::from_mode(0o755)).unwrap();
}

/// The postmaster of a running cluster.
pub(crate) fn postmaster_in(data: &Path) -> u32 {
    let file = fs::read_to_string(data.join("postmaster.pid")).unwrap();
    file.lines().next().unwrap().trim().parse().unwrap()
}

/// Whether the process ends, given a while.
pub(crate) async fn vanishes(process: u32) -> bool {
    let deadline = Instant::now() + Duration::from_secs(30);
    while test_kill_process(pid(process)).is_ok() {
        if Instant::now() > deadline {
            return false;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    true
}

/// The data directory that a URL's socket belongs to.
pub(crate) fn data_directory(database_url: &str) -> PathBuf {
    let host = database_url.split("host=").nth(1).unwrap().split('&').next().unwrap();
    Path::new(&host.replace("%2F", "/")).parent().unwrap().join("data")
}
