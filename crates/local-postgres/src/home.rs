//! The directory that holds one cluster: `data/`, `socket/`, `postgres.log` and `lock`.

use std::io::ErrorKind;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{env, fs};

use tempfile::TempDir;

use crate::directory_lock::DirectoryLock;
use crate::error::{LocalPostgresError, Result};
use crate::operating_user::OperatingUser;
use crate::options::Durability;
use crate::places::{create_private, memory_with_room, own_directory_in_public, private_in};

/// The kernel allows 107 bytes on Linux and 103 on macOS.
const LONGEST_SOCKET_PATH: usize = 103;
/// A directory of ours, locked, with a socket directory short enough to be used.
#[derive(Debug)]
pub(crate) struct Home {
    pub(crate) directory: PathBuf,
    pub(crate) socket_directory: PathBuf,
    pub(crate) user: OperatingUser,
    short_socket: Option<TempDir>,
    temporary: Option<TempDir>,
    _lock: DirectoryLock,
}

impl Home {
    /// Waits up to `patience` for another process that uses the directory.
    pub(crate) fn kept(wanted: &Path, port: &str, patience: Duration) -> Result<Self> {
        let wanted = std::path::absolute(wanted).map_err(LocalPostgresError::io("find", wanted))?;
        let (directory, user) = reachable(&wanted)?;
        Self::lock(&directory, user, port, None, patience)
    }

    pub(crate) fn temporary(durability: Durability, port: &str) -> Result<Self> {
        let user = OperatingUser::for_new_home()?;
        let in_memory = (durability == Durability::Fast).then(memory_with_room).flatten();
        let on_disk = [env::temp_dir(), "/tmp".into(), "/var/tmp".into()];
        for place in in_memory.into_iter().chain(on_disk) {
            let Ok(directory) = private_in(&place, "local-postgres-") else {
                continue;
            };
            user.take(directory.path())?;
            if user.can_work_in(directory.path()) {
                let path = directory.path().to_owned();
                return Self::lock(&path, user, port, Some(directory), Duration::ZERO);
            }
        }
        Err(LocalPostgresError::Unreachable { directory: env::temp_dir(), uid: user.uid() })
    }

    fn lock(
        directory: &Path,
        user: OperatingUser,
        port: &str,
        temporary: Option<TempDir>,
        patience: Duration,
    ) -> Result<Self> {
        let lock = DirectoryLock::take(directory, patience)?
            .ok_or_else(|| LocalPostgresError::InUse { directory: directory.to_owned() })?;
        // Made by root for another user, who may be the one to start it next time.
        user.take(&directory.join("lock"))?;
        // /proc names processes' directories without links.
        let directory = directory.canonicalize().map_err(LocalPostgresError::io("resolve", directory))?;
        let mut socket_directory = directory.join("socket");
        let mut short_socket = None;
        if socket_directory.join(format!(".s.PGSQL.{port}")).as_os_str().len() > LONGEST_SOCKET_PATH {
            let short = private_in(Path::new("/tmp"), "lpg-");
            let short = short.map_err(LocalPostgresError::io("make a directory in", Path::new("/tmp")))?;
            short.path().clone_into(&mut socket_directory);
            short_socket = Some(short);
        } else if !socket_directory.is_dir() {
            create_private(&socket_directory)?;
        }
        user.take(&socket_directory)?;
        Ok(Self { directory, socket_directory, user, short_socket, temporary, _lock: lock })
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.directory.join("data")
    }

    pub(crate) fn log(&self) -> PathBuf {
        self.directory.join("postgres.log")
    }

    /// What nobody needs once the server has ended, for whoever cleans up after a `kill -9`.
    pub(crate) fn passing_directories(&self) -> impl Iterator<Item = &Path> {
        self.temporary.iter().chain(&self.short_socket).map(TempDir::path)
    }
}

#[expect(clippy::print_stderr, reason = "the developer must know where the data went")]
fn reachable(wanted: &Path) -> Result<(PathBuf, OperatingUser)> {
    let user = OperatingUser::for_home(wanted)?;
    let is_new = !wanted.exists();
    prepare(wanted, user)?;
    if user.can_work_in(wanted) {
        return Ok((wanted.to_owned(), user));
    }
    if user == OperatingUser::Ourselves {
        return Err(LocalPostgresError::Unreachable { directory: wanted.to_owned(), uid: user.uid() });
    }
    if is_new {
        fs::remove_dir(wanted).map_err(LocalPostgresError::io("remove", wanted))?;
    }
    let base = Path::new("/var/tmp/local-postgres-0");
    own_directory_in_public(base)?;
    let fallback = base.join(name_for(wanted));
    let user = OperatingUser::for_home(&fallback)?;
    prepare(&fallback, user)?;
    if !user.can_work_in(&fallback) {
        return Err(LocalPostgresError::Unreachable { directory: fallback, uid: user.uid() });
    }
    eprintln!(
        "PostgreSQL does not run as root, and its user (uid {}) cannot reach {}: its data is in {}",
        user.uid(),
        wanted.display(),
        fallback.display(),
    );
    Ok((fallback, user))
}

/// A readable file name that stays the same for a path, and within the 255 bytes of a file name.
fn name_for(path: &Path) -> String {
    let text = String::from_utf8_lossy(path.as_os_str().as_bytes()).replace('/', "-");
    let hash = path.as_os_str().as_bytes().iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    });
    let tail: Vec<char> = text.chars().rev().take(40).collect();
    format!("{hash:016x}{}", tail.into_iter().rev().collect::<String>())
}

fn prepare(directory: &Path, user: OperatingUser) -> Result<()> {
    if directory.exists() {
        let mut entries = fs::read_dir(directory).map_err(LocalPostgresError::io("read", directory))?;
        if entries.next().is_some() {
            let ours = directory.join("lock").exists();
            let other = || LocalPostgresError::HoldsOtherFiles { directory: directory.to_owned() };
            return if ours { Ok(()) } else { Err(other()) };
        }
        let private = fs::Permissions::from_mode(0o700);
        fs::set_permissions(directory, private).map_err(LocalPostgresError::io("make private", directory))?;
    } else {
        if let Some(parent) = directory.parent() {
            fs::create_dir_all(parent).map_err(LocalPostgresError::io("create", parent))?;
        }
        match create_private(directory) {
            // Another process was faster; the lock decides between us.
            Err(LocalPostgresError::Io { source, .. }) if source.kind() == ErrorKind::AlreadyExists => {}
            result => result?,
        }
    }
    user.take(directory)
}
