//! The checkout's own directory for local data, and the lock that lets one run at a time have it.

use std::fs::{self, File, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use std::{process, thread};

use crate::failure::Failure;

/// A run that was just asked to stop is gone by then.
const PATIENCE: Duration = Duration::from_secs(2);

/// `.local` in the checkout that this program was built from.
pub(crate) fn kept_directory() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.ancestors().nth(2).unwrap_or(manifest).join(".local")
}

/// Held while this run uses the directory; the kernel takes it back even from a process killed with -9.
#[derive(Debug)]
pub(crate) struct OnlyRun {
    _file: File,
}

impl OnlyRun {
    /// Takes the lock and leaves the process id in it, or tells the id of the process that has it.
    pub(crate) fn in_directory(directory: &Path) -> Result<Self, Failure> {
        let cannot = |action| move |source| Failure::File { action, path: directory.to_owned(), source };
        fs::create_dir_all(directory).map_err(cannot("create"))?;
        let path = directory.join("cargo-dev.lock");
        let file = File::options().create(true).truncate(false).read(true).write(true).open(&path);
        let mut file = file.map_err(|source| Failure::File { action: "open", path: path.clone(), source })?;
        if !lock(&file).map_err(cannot("lock"))? {
            let mut pid = String::new();
            file.read_to_string(&mut pid).map_err(cannot("read the lock in"))?;
            return Err(Failure::AlreadyRuns { pid: pid.trim().to_owned() });
        }
        sign(&mut file).map_err(cannot("write the lock in"))?;
        Ok(Self { _file: file })
    }
}

fn lock(file: &File) -> io::Result<bool> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(true),
            Err(TryLockError::Error(error)) => return Err(error),
            Err(TryLockError::WouldBlock) if Instant::now() >= deadline => return Ok(false),
            Err(TryLockError::WouldBlock) => thread::sleep(Duration::from_millis(50)),
        }
    }
}

fn sign(file: &mut File) -> io::Result<()> {
    file.set_len(0)?;
    file.rewind()?;
    writeln!(file, "{}", process::id())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_run_is_told_the_first_ones_process() {
        let directory = tempfile::tempdir().unwrap();
        let first = OnlyRun::in_directory(directory.path()).unwrap();
        let refused = OnlyRun::in_directory(directory.path()).unwrap_err().to_string();
        assert!(refused.contains(&format!("process {}", process::id())), "{refused}");
        drop(first);
        OnlyRun::in_directory(directory.path()).unwrap();
    }

    #[test]
    fn the_kept_directory_is_at_the_root_of_the_checkout() {
        assert!(kept_directory().parent().unwrap().join("bins/chaser-keys-dev").is_dir());
    }
}
