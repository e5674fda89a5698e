//! The checkout's own directory for local data, and the lock that only one run at a time can hold.

use std::fs;
use std::path::{Path, PathBuf};
use std::process;
use std::time::Duration;

use local_postgres::FileLock;

use crate::failure::Failure;

/// Long enough for a run that is stopping.
const LOCK_TIMEOUT: Duration = Duration::from_secs(2);

/// `.local` in the checkout that this program was built from.
pub(crate) fn kept_directory() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.ancestors().nth(2).unwrap_or(manifest).join(".local")
}

/// Held while this run uses the directory.
#[derive(Debug)]
pub(crate) struct RunLock {
    _lock: FileLock,
}

impl RunLock {
    /// Takes the lock and writes the process id into it, or fails with the id of the process that has it.
    pub(crate) fn acquire(directory: &Path) -> Result<Self, Failure> {
        let file = |action, path: &Path| {
            let path = path.to_owned();
            move |source| Failure::File { action, path, source }
        };
        fs::create_dir_all(directory).map_err(file("create", directory))?;
        let path = directory.join("cargo-dev.lock");
        let Some(mut lock) = FileLock::acquire(&path, LOCK_TIMEOUT).map_err(file("lock", &path))? else {
            let pid = fs::read_to_string(&path).map_err(file("read", &path))?;
            return Err(Failure::AlreadyRuns { pid: pid.trim().to_owned() });
        };
        lock.write(&format!("{}\n", process::id())).map_err(file("write", &path))?;
        Ok(Self { _lock: lock })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_run_fails_with_the_process_id_of_the_first() {
        let directory = tempfile::tempdir().unwrap();
        let first = RunLock::acquire(directory.path()).unwrap();
        let refused = RunLock::acquire(directory.path()).unwrap_err().to_string();
        assert!(refused.contains(&format!("process {}", process::id())), "{refused}");
        drop(first);
        RunLock::acquire(directory.path()).unwrap();
    }

    #[test]
    fn the_kept_directory_is_at_the_root_of_the_checkout() {
        assert!(kept_directory().parent().unwrap().join("bins/chaser-keys-dev").is_dir());
    }
}
