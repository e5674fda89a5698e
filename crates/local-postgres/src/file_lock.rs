//! An exclusive lock on a file. The kernel releases it even when the process is killed with -9.

use std::fs::{File, TryLockError};
use std::io::{Result, Seek, Write};
use std::path::Path;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Held until it is dropped.
#[derive(Debug)]
pub struct FileLock {
    file: File,
}

impl FileLock {
    /// Creates the file if it is missing. `None` if another process still holds the lock after `timeout`.
    pub fn acquire(path: &Path, timeout: Duration) -> Result<Option<Self>> {
        let file = File::options().create(true).truncate(false).write(true).open(path)?;
        let deadline = Instant::now() + timeout;
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Some(Self { file })),
                Err(TryLockError::Error(error)) => return Err(error),
                Err(TryLockError::WouldBlock) if Instant::now() >= deadline => return Ok(None),
                Err(TryLockError::WouldBlock) => sleep(Duration::from_millis(20)),
            }
        }
    }

    /// Replaces the file's contents, for other processes to read.
    pub fn write(&mut self, contents: &str) -> Result<()> {
        self.file.set_len(0)?;
        self.file.rewind()?;
        self.file.write_all(contents.as_bytes())
    }
}
