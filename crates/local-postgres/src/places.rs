//! Where directories are made, and how nobody else gets into them.

use std::fs;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::error::{LocalPostgresError, Result};

/// Less room than this in memory, and the cluster goes to disk: a container's /dev/shm often has 64 MiB.
const ROOM_NEEDED: u64 = 1 << 30;

/// Memory-backed storage, where there is some with room for test databases.
pub(crate) fn memory_with_room() -> Option<PathBuf> {
    let place = Path::new("/dev/shm");
    let room = rustix::fs::statvfs(place).ok()?;
    (room.f_bavail.saturating_mul(room.f_frsize) >= ROOM_NEEDED).then(|| place.to_owned())
}

/// A directory of our own in a place where everyone may write, so that nobody can hand us theirs.
pub(crate) fn own_directory_in_public(directory: &Path) -> Result<()> {
    // Not 0700: as root we start the server as another user, who has to pass through.
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
