//! What can go wrong, each with the fix.

use std::path::{Path, PathBuf};

/// Whatever error the caller's `prepare` function returns.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

pub(crate) type Result<T, E = LocalPostgresError> = std::result::Result<T, E>;

/// Why there is no private PostgreSQL. The messages are meant for the developer at the terminal.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LocalPostgresError {
    /// Neither `initdb` nor `postgres` was found, and this process may not install them.
    #[error(
        "PostgreSQL is not installed. Install it with:\n\n    {command}\n\nor set PG_BIN_DIR to the directory that holds `initdb` and `postgres`."
    )]
    NotInstalled {
        /// The one command that installs it on this machine.
        command: String,
    },
    /// `PG_BIN_DIR` is set but is no PostgreSQL's.
    #[error(
        "PG_BIN_DIR is {directory:?}, which does not hold both `initdb` and `postgres`: correct it or unset it"
    )]
    UnusableBinDir {
        /// What `PG_BIN_DIR` says.
        directory: PathBuf,
    },
    /// The kept data was made by a major version which is not installed.
    #[error(
        "{data:?} was made by PostgreSQL {needed}, but only {found} is installed: install PostgreSQL {needed}, \
         or remove that directory to start with an empty database"
    )]
    WrongMajor {
        /// The data directory.
        data: PathBuf,
        /// Its major version.
        needed: u32,
        /// The major versions found on this machine.
        found: String,
    },
    /// PostgreSQL refuses to run as root, and there is no other user to run it.
    #[error(
        "PostgreSQL does not run as root, and there is no user `postgres` to run it: create one with `useradd --system postgres`"
    )]
    NoUserForServer,
    /// The server's user cannot work in any place that was tried.
    #[error(
        "the user who runs PostgreSQL (uid {uid}) cannot reach {directory:?}: choose a directory outside root's home, such as one in /var/tmp"
    )]
    Unreachable {
        /// The place.
        directory: PathBuf,
        /// The user's number.
        uid: u32,
    },
    /// The directory holds something other than a cluster of ours.
    #[error("{directory:?} holds other files: choose a directory that is empty or does not exist")]
    HoldsOtherFiles {
        /// The directory.
        directory: PathBuf,
    },
    /// Someone else owns the directory in a place everyone may write to.
    #[error("{directory:?} belongs to another user (uid {owner}): remove it")]
    ForeignDirectory {
        /// The directory.
        directory: PathBuf,
        /// Its owner's number.
        owner: u32,
    },
    /// A living process uses the directory.
    #[error("another process is using {directory:?}: stop it, or choose another directory")]
    InUse {
        /// The directory.
        directory: PathBuf,
    },
    /// A server left by a killed process would not go away.
    #[error("an earlier PostgreSQL still runs in {data:?} (process {pids}): stop it with `kill {pids}`")]
    OrphanRemains {
        /// The data directory.
        data: PathBuf,
        /// The processes, separated by blanks.
        pids: String,
    },
    /// The server ended or was not ready in time.
    #[error("PostgreSQL did not start ({reason}). The end of {log:?}:\n{tail}")]
    DidNotStart {
        /// How it failed.
        reason: String,
        /// The server's log.
        log: PathBuf,
        /// Its last lines.
        tail: String,
    },
    /// A program which sets PostgreSQL up has failed.
    #[error("`{command}` failed:\n{output}")]
    CommandFailed {
        /// What was run.
        command: String,
        /// What it printed.
        output: String,
    },
    /// A file operation has failed.
    #[error("cannot {action}: {source}")]
    Io {
        /// What was tried.
        action: String,
        /// Why it failed.
        source: std::io::Error,
    },
    /// A statement of our own has failed.
    #[error("cannot {action}: {detail}")]
    Sql {
        /// What was tried.
        action: String,
        /// PostgreSQL's message.
        detail: String,
        /// The driver's error.
        source: tokio_postgres::Error,
    },
    /// The name does not fit into PostgreSQL's 63 bytes.
    #[error("the name {name:?} is too long for a database: use at most {limit} bytes")]
    NameTooLong {
        /// The name.
        name: String,
        /// The most bytes it may have.
        limit: usize,
    },
    /// The caller's function failed to fill the template; the next call tries again.
    #[error("preparing the template {template:?} failed: {source}")]
    Prepare {
        /// The template's name.
        template: String,
        /// The function's error.
        source: BoxError,
    },
    /// The server that the tests of this process share did not start; each of them gets this error.
    #[error("the tests' PostgreSQL did not start: {0}")]
    TestCluster(String),
}

impl LocalPostgresError {
    pub(crate) fn io(verb: &str, path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let action = format!("{verb} {}", path.display());
        move |source| Self::Io { action, source }
    }
}
