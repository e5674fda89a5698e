//! Creates directories that other users cannot enter or replace.

use std::fs;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::error::{LocalPostgresError, Result};

/// With less free memory than this the cluster goes to disk: a container's /dev/shm often has 64 MiB.
const MIN_FREE_BYTES: u64 = 1 << 30;

/// Memory-backed storage with enough space for test databases, if there is any.
pub(crate) fn memory_with_space() -> Option<PathBuf> {
    let place = Path::new("/dev/shm");
    let room = rustix::fs::statvfs(place).ok()?;
    (room.f_bavail.saturating_mul(room.f_frsize) >= MIN_FREE_BYTES).then(|| place.to_owned())
}

/// Creates a directory where everyone may write; fails if another user has created it first.
pub(crate) fn create_own_in_public(directory: &Path) -> Result<()> {
    // Not 0700: root starts the server as another user, who must be able to enter.
    match fs::DirBuilder::new().mode(0o711).create(directory) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => {
            return Err(LocalPostgresError::io("create", directory)(error));
        }
        _ => {}
    }
    let metadata = fs::symlink_metadata(directory).map_err(LocalPostgresError::io("look at", directory))?;
    if metadata.is_dir() && metadata.uid() == rustix::process::geteuid().as_raw() {
        return Ok(());
    }
    Err(LocalPostgresError::ForeignDirectory { directory: directory.to_owned(), owner: metadata.uid() })
}

pub(crate) fn create_private(directory: &Path) -> Result<()> {
    fs::DirBuilder::new().mode(0o700).create(directory).map_err(LocalPostgresError::io("create", directory))
}

/// A new directory which only its owner may enter.
pub(crate) fn private_in(place: &Path, prefix: &str) -> std::io::Result<TempDir> {
    tempfile::Builder::new().prefix(prefix).permissions(fs::Permissions::from_mode(0o700)).tempdir_in(place)
}
