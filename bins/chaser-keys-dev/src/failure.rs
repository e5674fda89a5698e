//! Why local development cannot start, and what to do about it.

use std::io;
use std::path::PathBuf;

use chaser_keys_storage::{ErrorChain, StorageError};
use local_postgres::LocalPostgresError;
use thiserror::Error;

/// What the developer reads at the terminal.
#[derive(Debug, Error)]
pub(crate) enum Failure {
    #[error(
        "it already runs here (process {pid}): use that one, stop it with `kill {pid}`, or add --ephemeral for one \
         with a database of its own"
    )]
    AlreadyRuns { pid: String },
    #[error("cannot {action} {}: {source}. Does it belong to another user? Remove it, or add --ephemeral", .path.display())]
    File { action: &'static str, path: PathBuf, source: io::Error },
    #[error("{} is not a pepper: remove it together with the directory it is in, and start again", .path.display())]
    Pepper { path: PathBuf },
    #[error(
        "--port: cannot listen on 127.0.0.1:{port}: {source}. Stop what listens there, or choose another (0: a free one)"
    )]
    Port { port: u16, source: io::Error },
    #[error("the operating system refuses: {0}")]
    Runtime(io::Error),
    #[error("standard output cannot be written: {0}")]
    Output(io::Error),
    #[error(transparent)]
    Postgres(#[from] LocalPostgresError),
    #[error(transparent)]
    Server(#[from] chaser_keys_server::Failure),
    #[error(transparent)]
    Settings(#[from] chaser_keys_server::ConfigErrors),
    #[error("cannot seed the database: {0}")]
    Seed(String),
}

impl From<StorageError> for Failure {
    fn from(error: StorageError) -> Self {
        Self::Seed(ErrorChain(&error).to_string())
    }
}
