//! A disk for one PostgreSQL, which a test can fill.

use std::fs::{self, File, Permissions};
use std::io::Write;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use local_postgres::LocalPostgres;
use tempfile::TempDir;

/// Room for an empty cluster and a few segments of its log.
const SIZE: &str = "size=160m,mode=1777";

/// A file system of its own where this process may mount one; otherwise a directory, and being full is brought about
/// by forbidding PostgreSQL to write to files at all.
pub(crate) struct SmallDisk {
    directory: TempDir,
    is_mounted: bool,
}

impl SmallDisk {
    pub(crate) fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        fs::set_permissions(directory.path(), Permissions::from_mode(0o755)).unwrap();
        let mount = Command::new("mount")
            .args(["-t", "tmpfs", "-o", SIZE, "small-disk"])
            .arg(directory.path())
            .output();
        let is_mounted = mount.is_ok_and(|mount| mount.status.success());
        Self { directory, is_mounted }
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.directory.path().join("postgres")
    }

    pub(crate) fn fill(&self, postgres: &LocalPostgres) {
        if self.is_mounted {
            let mut ballast = File::create(self.ballast()).unwrap();
            for size in [1 << 20, 1 << 12, 1] {
                let zeros = vec![0; size];
                while ballast.write_all(&zeros).is_ok() {}
            }
        } else {
            let server = postgres.pid().unwrap().to_string();
            // Whoever the processes belong to may lower their limits, which root may not in every container.
            let owner = fs::metadata(postgres.directory().join("data")).unwrap();
            for pid in with_children(&server) {
                let mut limit = Command::new("prlimit");
                limit.args(["--pid", &pid, "--fsize=0"]).uid(owner.uid()).gid(owner.gid());
                // One may have ended by itself.
                _ = limit.output().unwrap();
            }
        }
    }

    /// PostgreSQL has to be started again: a full disk may have ended it, and only a new one has no limit.
    pub(crate) fn make_room(&self) {
        if self.is_mounted {
            fs::remove_file(self.ballast()).unwrap();
        }
    }

    fn ballast(&self) -> PathBuf {
        Path::new(self.directory.path()).join("ballast")
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        if self.is_mounted {
            // Lazily: the server's last file may be open for a moment more.
            _ = Command::new("umount").arg("-l").arg(self.directory.path()).output();
        }
    }
}

/// Children inherit the limit only from now on.
fn with_children(server: &str) -> Vec<String> {
    let children = Command::new("ps").args(["-o", "pid=", "--ppid", server]).output().unwrap();
    let children = String::from_utf8(children.stdout).unwrap();
    std::iter::once(server).chain(children.split_whitespace()).map(str::to_owned).collect()
}
