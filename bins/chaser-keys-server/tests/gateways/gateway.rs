//! A proxy, started on the file of docs/gateways with nothing but addresses changed.

use std::fs;
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::packages::program;

#[derive(Clone, Copy, Debug)]
pub(crate) enum Proxy {
    Nginx,
    Caddy,
    Haproxy,
}

pub(crate) struct Gateway {
    process: Child,
    pub(crate) url: String,
    _directory: TempDir,
}

impl Gateway {
    /// `authority` and `api` are `host:port`.
    pub(crate) fn start(proxy: Proxy, authority: &str, api: &str, change: impl Fn(String) -> String) -> Self {
        let directory = tempfile::tempdir().unwrap();
        // nginx' workers are another user when it is started by root.
        fs::set_permissions(directory.path(), std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
        let address = free_address();
        for name in proxy.files() {
            let file = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/gateways")).join(name);
            let written = fs::read_to_string(file).unwrap();
            let placed = written
                .replace("127.0.0.1:8000", &address.to_string())
                .replace("127.0.0.1:8081", authority)
                .replace("127.0.0.1:9000", api);
            fs::write(directory.path().join(name), change(placed)).unwrap();
        }
        let mut command = proxy.command(&directory);
        command.current_dir(directory.path()).stdin(Stdio::null()).stdout(Stdio::null());
        let process = command.spawn().unwrap();
        let mut gateway = Self { process, url: format!("http://{address}"), _directory: directory };
        gateway.until_it_listens(address);
        gateway
    }

    fn until_it_listens(&mut self, address: SocketAddr) {
        let begun = Instant::now();
        while std::net::TcpStream::connect(address).is_err() {
            assert!(self.process.try_wait().unwrap().is_none(), "the proxy refuses its configuration");
            assert!(begun.elapsed() < Duration::from_secs(20), "the proxy does not start");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        // SIGTERM, so that nginx takes its workers with it.
        let pid = rustix::process::Pid::from_child(&self.process);
        _ = rustix::process::kill_process(pid, rustix::process::Signal::TERM);
        _ = self.process.wait();
    }
}

impl Proxy {
    const fn files(self) -> &'static [&'static str] {
        match self {
            Self::Nginx => &["nginx.conf"],
            Self::Caddy => &["Caddyfile"],
            Self::Haproxy => &["haproxy.cfg", "chaser.lua"],
        }
    }

    fn command(self, directory: &TempDir) -> Command {
        let mut command;
        match self {
            Self::Nginx => {
                command = Command::new(program("nginx", "nginx-light"));
                command.arg("-p").arg(directory.path()).args(["-c", "nginx.conf", "-g", "daemon off;"]);
                // It tells of every connection that a test makes fail.
                command.stderr(Stdio::null());
            }
            Self::Caddy => {
                command = Command::new(program("caddy", "caddy"));
                command.args(["run", "--config", "Caddyfile", "--adapter", "caddyfile"]);
                // Where it keeps its state.
                command.env("HOME", directory.path()).env("XDG_DATA_HOME", directory.path());
                command.env("XDG_CONFIG_HOME", directory.path()).stderr(Stdio::null());
            }
            Self::Haproxy => {
                command = Command::new(program("haproxy", "haproxy"));
                command.args(["-db", "-f", "haproxy.cfg"]);
            }
        }
        command
    }
}

/// Free a moment ago; proxies cannot be asked to choose one.
fn free_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}
