//! Debian's programs, installed where they are missing and never started as services.

use std::path::PathBuf;
use std::process::Command;

/// Where a program is. Its package has the same name, unless another is given.
pub(crate) fn program(name: &str, package: &str) -> PathBuf {
    find(name).unwrap_or_else(|| {
        let install = ["install", "--no-install-recommends", package];
        if !apt(&install) {
            apt(&["update"]);
            apt(&install);
        }
        find(name).unwrap_or_else(|| {
            panic!("this test needs {name}: sudo apt-get install --no-install-recommends {package}")
        })
    })
}

fn find(name: &str) -> Option<PathBuf> {
    let places = ["/usr/sbin", "/usr/bin", "/bin", "/usr/local/sbin", "/usr/local/bin", "/opt/homebrew/bin"];
    places.iter().map(|place| PathBuf::from(place).join(name)).find(|file| file.exists())
}

fn apt(arguments: &[&str]) -> bool {
    let mut command = Command::new("apt-get");
    command.args(["-o", "DPkg::Lock::Timeout=300", "-y"]).args(arguments);
    // A run level in which Debian starts no services.
    command.env("DEBIAN_FRONTEND", "noninteractive").env("RUNLEVEL", "1");
    command.output().is_ok_and(|output| output.status.success())
}
