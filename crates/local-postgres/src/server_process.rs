//! The server as a child process, which dies with us even when we are killed with -9.

use std::fs::{self, File};
use std::io::Write;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use crate::error::{LocalPostgresError, Result};
use crate::home::Home;
use crate::installation::Installation;
use crate::options::Options;
use crate::postmaster_pid::PostmasterPid;

const READY_WITHIN: Duration = Duration::from_mins(1);
const STOPPED_WITHIN: Duration = Duration::from_secs(20);
const LARGEST_LOG: u64 = 8 << 20;

/// Becomes the server, and leaves a watcher behind. One script for both, so that at no moment the server has none.
const SCRIPT: &str = include_str!("server_process.sh");

/// A running server. Dropping it stops it.
#[derive(Debug)]
pub(crate) struct ServerProcess {
    child: Child,
}

impl ServerProcess {
    /// Returns once it accepts connections.
    pub(crate) fn start(home: &Home, installation: &Installation, options: &Options) -> Result<Self> {
        let log = open_log(home)?;
        let copy = log.try_clone().map_err(LocalPostgresError::io("open", &home.log()))?;
        let mut passing = home.passing_directories().map(Path::as_os_str);
        let mut command = home.user.command(Path::new("/bin/sh"));
        command.args(["-c", SCRIPT, "local-postgres"]).arg(home.data());
        command.arg(passing.next().unwrap_or_default()).arg(passing.next().unwrap_or_default());
        command.arg(installation.bin_dir.join("postgres")).arg("-D").arg(home.data());
        command.arg("-k").arg(&home.socket_directory);
        for (name, value) in options.all_settings() {
            command.arg("-c").arg(format!("{name}={value}"));
        }
        // A group of its own: Ctrl-C at the terminal must reach whoever uses the database first.
        command.stdin(Stdio::piped()).stdout(log).stderr(copy).process_group(0);
        let child = command.spawn().map_err(LocalPostgresError::io("run", Path::new("/bin/sh")))?;
        let mut server = Self { child };
        server.await_readiness(home)?;
        Ok(server)
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn is_running(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// Fast shutdown: open transactions are rolled back, what is committed is written out.
    pub(crate) fn stop(&mut self) {
        self.end_with(Signal::INT);
    }

    /// The postmaster gets no chance to do anything; its children notice on their own.
    pub(crate) fn kill(&mut self) {
        self.end_with(Signal::KILL);
    }

    fn end_with(&mut self, first: Signal) {
        for signal in [first, Signal::QUIT, Signal::KILL] {
            if !self.is_running() {
                break;
            }
            // Not reaped yet, so the number is still this child's.
            let _ = kill_process(Pid::from_child(&self.child), signal);
            self.await_end(STOPPED_WITHIN);
        }
        if let Some(mut pipe) = self.child.stdin.take() {
            let _ = pipe.write_all(b"\n");
        }
    }

    fn await_end(&mut self, patience: Duration) {
        let deadline = Instant::now() + patience;
        while self.is_running() && Instant::now() < deadline {
            sleep(Duration::from_millis(2));
        }
    }

    fn await_readiness(&mut self, home: &Home) -> Result<()> {
        let deadline = Instant::now() + READY_WITHIN;
        let data = home.data();
        loop {
            if PostmasterPid::read(&data).is_some_and(|file| file.ready && file.pid == self.pid()) {
                return Ok(());
            }
            let failure = match self.child.try_wait() {
                Ok(Some(status)) => Some(status.to_string()),
                Err(error) => Some(error.to_string()),
                Ok(None) if Instant::now() > deadline => Some(format!("not ready after {READY_WITHIN:?}")),
                Ok(None) => None,
            };
            if let Some(reason) = failure {
                return Err(LocalPostgresError::DidNotStart {
                    reason,
                    log: home.log(),
                    tail: tail(&home.log()),
                });
            }
            sleep(Duration::from_millis(2));
        }
    }
}

impl Drop for ServerProcess {
    fn drop(&mut self) {
        self.stop();
    }
}

fn open_log(home: &Home) -> Result<File> {
    let path = home.log();
    let is_large = fs::metadata(&path).is_ok_and(|metadata| metadata.len() > LARGEST_LOG);
    if is_large {
        fs::remove_file(&path).map_err(LocalPostgresError::io("remove", &path))?;
    }
    let log = File::options().create(true).append(true).open(&path);
    let log = log.map_err(LocalPostgresError::io("open", &path))?;
    home.user.take(&path)?;
    Ok(log)
}

fn tail(log: &Path) -> String {
    let text = String::from_utf8_lossy(&fs::read(log).unwrap_or_default()).into_owned();
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(20)..].join("\n")
}
