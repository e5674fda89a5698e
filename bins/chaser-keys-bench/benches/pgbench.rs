//! PostgreSQL's own load generator, with scripts of ours.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use tempfile::TempDir;

/// A script in a file of its own.
pub(crate) struct Script {
    path: PathBuf,
    _folder: TempDir,
}

impl Script {
    /// With words of the text replaced.
    pub(crate) fn new(name: &str, text: &str, replaced: &[(&str, String)]) -> Self {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join(name);
        let text = replaced.iter().fold(text.to_owned(), |text, (word, value)| text.replace(word, value));
        std::fs::write(&path, text).unwrap();
        Self { path, _folder: folder }
    }

    /// Transactions per second, as pgbench counts them.
    pub(crate) async fn run(&self, url: &str, clients: usize, time: Duration) -> f64 {
        let mut command = Command::new(program());
        command
            .args(["--no-vacuum", "--protocol=prepared", "--jobs=1"])
            .arg(format!("--client={clients}"))
            .arg(format!("--time={}", time.as_secs()))
            .arg(format!("--file={}", self.path.display()))
            .arg(url);
        let output =
            tokio::task::spawn_blocking(move || command.output()).await.unwrap().expect("pgbench runs");
        let report = String::from_utf8(output.stdout).unwrap();
        let line = report.lines().find_map(|line| line.strip_prefix("tps = "));
        let line = line.unwrap_or_else(|| panic!("{report}{}", String::from_utf8_lossy(&output.stderr)));
        line.split(' ').next().unwrap().parse().unwrap()
    }
}

/// Beside the server's programs, where Debian and others keep it.
fn program() -> PathBuf {
    let config = Command::new("pg_config").arg("--bindir").output();
    let folder =
        config.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned()).unwrap_or_default();
    let beside = Path::new(&folder).join("pgbench");
    if beside.is_file() {
        return beside;
    }
    let debian = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let found = debian.map(|version| version.path().join("bin/pgbench")).find(|path| path.is_file());
    found.unwrap_or_else(|| PathBuf::from("pgbench"))
}
