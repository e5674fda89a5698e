//! A server process alone on its core, and what it has used of it.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use crate::place::{PEPPERS, Place};

/// Where servers run; the load comes from the other.
pub(crate) const SERVER_CORE: &str = "0";
pub(crate) const LOAD_CORE: &str = "1";
pub(crate) const ALL_CORES: &str = "0,1";
const OPPONENTS: &str = env!("CARGO_BIN_EXE_opponents");
/// A tick of the times in proc(5): `USER_HZ`.
const TICKS_PER_SECOND: f64 = 100.0;

/// Ended when dropped.
pub(crate) struct Contender {
    child: Child,
    pub(crate) name: &'static str,
    internal: SocketAddr,
    /// Only our own has one.
    public: Option<SocketAddr>,
}

impl Contender {
    /// The server as it is deployed, with one worker.
    pub(crate) fn server(place: &Place) -> Self {
        Self::server_on(SERVER_CORE, place)
    }

    pub(crate) fn server_on(cores: &str, place: &Place) -> Self {
        Self::server_of(&server(), "chaser-keys", cores, place, "verifying keys")
    }

    /// As soon as it listens.
    pub(crate) fn serving(place: &Place) -> Self {
        Self::server_of(&server(), "chaser-keys", SERVER_CORE, place, "serving")
    }

    /// Another build of it, if one is named: to see what a change is worth.
    pub(crate) fn baseline(place: &Place) -> Option<Self> {
        Self::baseline_on(SERVER_CORE, place)
    }

    pub(crate) fn baseline_on(cores: &str, place: &Place) -> Option<Self> {
        let program = std::env::var_os("BASELINE")?;
        let name = "the baseline's build";
        Some(Self::server_of(Path::new(&program), name, cores, place, "verifying keys"))
    }

    /// With settings of its own.
    pub(crate) fn server_with(place: &Place, settings: &[(&str, &str)]) -> Self {
        let mut command = on_cores(SERVER_CORE, &server());
        Self::started(&mut command, "chaser-keys", place, settings, "verifying keys")
    }

    fn server_of(program: &Path, name: &'static str, cores: &str, place: &Place, ready: &str) -> Self {
        Self::started(&mut on_cores(cores, program), name, place, &[], ready)
    }

    /// Returns when the log says `ready`.
    fn started(
        command: &mut Command,
        name: &'static str,
        place: &Place,
        settings: &[(&str, &str)],
        ready: &str,
    ) -> Self {
        command.arg("serve").env_clear().stderr(Stdio::piped());
        command.envs([
            ("DATABASE_URL", place.url.as_str()),
            ("CHASER_PEPPERS", PEPPERS),
            ("CHASER_BIND", "127.0.0.1:0"),
            ("CHASER_INTERNAL_BIND", "127.0.0.1:0"),
            ("CHASER_WORKERS", "1"),
        ]);
        command.envs(settings.iter().copied());
        let mut child = command.spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let mut listening = Value::Null;
        for line in lines.by_ref().map_while(Result::ok) {
            let event: Value = serde_json::from_str(&line).unwrap_or_default();
            let message = event["message"].as_str().unwrap_or_default().to_owned();
            if message == "serving" {
                listening = event;
            }
            if message.starts_with(ready) {
                break;
            }
        }
        // The log goes on to be read, as a log collector would.
        std::thread::spawn(move || lines.map_while(Result::ok).for_each(drop));
        let address = |listener: &str| listening[listener].as_str().expect("it serves").parse().unwrap();
        Self { child, name, internal: address("internal"), public: Some(address("public")) }
    }

    /// One of this package's program `opponents`.
    pub(crate) fn opponent(name: &'static str, arguments: &[&str]) -> Self {
        let mut command = on_cores(SERVER_CORE, Path::new(OPPONENTS));
        let mut child = command.args(arguments).stdout(Stdio::piped()).spawn().unwrap();
        let mut port = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut port).unwrap();
        let port: u16 = port.trim().parse().unwrap();
        Self { child, name, internal: ([127, 0, 0, 1], port).into(), public: None }
    }

    /// Where `/authorize` is.
    pub(crate) fn address(&self) -> SocketAddr {
        self.internal
    }

    pub(crate) fn public_address(&self) -> SocketAddr {
        self.public.expect("an opponent has no public listener")
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/authorize", self.internal)
    }

    pub(crate) fn resident_megabytes(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("Linux has it");
        line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() * 1_024 / 1_000_000
    }

    /// Seconds of processor time that it has used.
    pub(crate) fn cpu_seconds(&self) -> f64 {
        cpu_seconds_of(&self.child)
    }
}

impl Drop for Contender {
    fn drop(&mut self) {
        _ = self.child.kill();
        _ = self.child.wait();
    }
}

/// Seconds of processor time that a process has used.
pub(crate) fn cpu_seconds_of(process: &Child) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", process.id())).unwrap();
    ticks(&stat, 14) + ticks(&stat, 15)
}

/// Processor time of all children of this process that have ended and were waited for.
pub(crate) fn ended_childrens_cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    ticks(&stat, 16) + ticks(&stat, 17)
}

/// A field of /proc/PID/stat, counted from 1 as in proc(5), in seconds.
fn ticks(stat: &str, field: usize) -> f64 {
    // The second field, in parentheses, may contain spaces.
    let after_name = stat.rsplit_once(')').unwrap().1;
    after_name.split_whitespace().nth(field - 3).unwrap().parse::<f64>().unwrap() / TICKS_PER_SECOND
}

pub(crate) fn on_cores(cores: &str, program: &Path) -> Command {
    let mut command = Command::new("taskset");
    command.args(["--cpu-list", cores]).arg(program);
    command
}

/// Where all threads of this process run from now on.
pub(crate) fn stay_on(cores: &str) {
    let this = std::process::id().to_string();
    let arguments = ["--all-tasks", "--cpu-list", "--pid", cores, &this];
    let done = Command::new("taskset").args(arguments).stdout(Stdio::null()).status().unwrap();
    assert!(done.success(), "taskset failed");
}

/// Beside the opponents: cargo puts the programs of one profile into one folder.
fn server() -> PathBuf {
    Path::new(OPPONENTS).with_file_name("chaser-keys-server")
}

/// Builds the server as this benchmark was built; cargo builds only this package's programs for it.
pub(crate) fn build_server() {
    let profile = if cfg!(debug_assertions) { "dev" } else { "release" };
    let arguments = ["build", "--profile", profile, "--quiet", "--package", "chaser-keys-server"];
    let built = Command::new(env!("CARGO")).args(arguments).status().unwrap();
    assert!(built.success(), "the server does not build");
}
