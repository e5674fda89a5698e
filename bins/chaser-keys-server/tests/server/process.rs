//! Running the program to its end.

use std::process::Stdio;
use std::time::Duration;

use tokio::io::AsyncWriteExt;
use tokio::process::Command;
use tokio::time::timeout;

/// Longer than `serve` waits for a database.
const PATIENCE: Duration = Duration::from_secs(40);

pub(crate) const PEPPER: &str = "p1:5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a";

/// The program with no setting but those given: neither the developer's nor the machine's reach it.
pub(crate) fn program(arguments: &[&str], settings: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_chaser-keys-server"));
    command.args(arguments).env_clear().envs(settings.iter().copied());
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    command
}

#[derive(Debug)]
pub(crate) struct Finished {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// Runs the program to its end.
pub(crate) async fn run(arguments: &[&str], settings: &[(&str, &str)]) -> Finished {
    run_with_input(arguments, settings, "").await
}

pub(crate) async fn run_with_input(arguments: &[&str], settings: &[(&str, &str)], input: &str) -> Finished {
    let mut child = program(arguments, settings).stdin(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    // A program that refuses its settings does not read its input.
    let _ = stdin.write_all(input.as_bytes()).await;
    drop(stdin);
    let output = timeout(PATIENCE, child.wait_with_output()).await.expect("the program ends").unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Finished { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
}

impl Finished {
    /// What a person reads, after the checks that every failure must pass.
    pub(crate) fn failure(&self) -> Vec<&str> {
        assert_eq!(self.code, Some(1), "{self:?}");
        assert_eq!(self.stdout, "", "{self:?}");
        assert!(!self.stderr.contains("panicked") && !self.stderr.contains("backtrace"), "{self:?}");
        let (failures, log): (Vec<&str>, Vec<&str>) =
            self.stderr.lines().partition(|line| line.starts_with("chaser-keys-server: "));
        assert!(log.iter().all(|line| line.starts_with('{')), "{self:?}");
        failures.into_iter().filter_map(|line| line.strip_prefix("chaser-keys-server: ")).collect()
    }

    /// The one line of a result.
    pub(crate) fn result(&self) -> &str {
        assert_eq!(self.code, Some(0), "{self:?}");
        let line = self.stdout.strip_suffix('\n').unwrap();
        assert!(!line.contains('\n'), "{self:?}");
        line
    }
}
