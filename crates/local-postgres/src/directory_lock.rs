//! One owner per directory. The kernel takes the lock back even from a process killed with -9.

use std::fs::{File, TryLockError};
use std::path::Path;
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::error::{LocalPostgresError, Result};

/// Held for as long as the directory is ours.
#[derive(Debug)]
pub(crate) struct DirectoryLock {
    _file: File,
}

impl DirectoryLock {
    /// `None` when a living process holds it and does not let go within `patience`.
    pub(crate) fn take(directory: &Path, patience: Duration) -> Result<Option<Self>> {
        let path = directory.join("lock");
        let file = File::options().create(true).truncate(false).write(true).open(&path);
        let file = file.map_err(LocalPostgresError::io("open", &path))?;
        let deadline = Instant::now() + patience;
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Some(Self { _file: file })),
                Err(TryLockError::Error(source)) => {
                    return Err(LocalPostgresError::io("lock", &path)(source));
                }
                Err(TryLockError::WouldBlock) if Instant::now() >= deadline => return Ok(None),
                Err(TryLockError::WouldBlock) => sleep(Duration::from_millis(20)),
            }
        }
    }
}
