//! A wall clock that jumps, for one process: libfaketime, whose offset is read anew from a file.

use std::path::{Path, PathBuf};
use std::process::Command;

pub(crate) struct MovedClock {
    library: PathBuf,
    offset: tempfile::NamedTempFile,
}

impl MovedClock {
    pub(crate) fn new() -> Self {
        let clock = Self { library: library(), offset: tempfile::NamedTempFile::new().unwrap() };
        clock.move_by(0);
        clock
    }

    /// What the process is started with. Monotonic clocks are left as they are: nobody can set those.
    pub(crate) fn settings(&self) -> Vec<(&'static str, String)> {
        vec![
            ("LD_PRELOAD", self.library.display().to_string()),
            ("FAKETIME_TIMESTAMP_FILE", self.offset.path().display().to_string()),
            ("FAKETIME_NO_CACHE", "1".to_owned()),
            ("FAKETIME_DONT_FAKE_MONOTONIC", "1".to_owned()),
        ]
    }

    pub(crate) fn move_by(&self, seconds: i64) {
        std::fs::write(self.offset.path(), format!("{seconds:+}\n")).unwrap();
    }
}

fn library() -> PathBuf {
    installed().unwrap_or_else(|| {
        let install =
            ["-o", "DPkg::Lock::Timeout=300", "-y", "install", "--no-install-recommends", "faketime"];
        let apt = |arguments: &[&str]| {
            Command::new("apt-get").args(arguments).env("DEBIAN_FRONTEND", "noninteractive").output()
        };
        if !apt(&install).is_ok_and(|output| output.status.success()) {
            _ = apt(&["update"]);
            _ = apt(&install);
        }
        installed()
            .expect("this test needs libfaketime: sudo apt-get install --no-install-recommends faketime")
    })
}

fn installed() -> Option<PathBuf> {
    let architectures = std::fs::read_dir(Path::new("/usr/lib")).ok()?.filter_map(Result::ok);
    architectures.map(|entry| entry.path().join("faketime/libfaketime.so.1")).find(|library| library.exists())
}
