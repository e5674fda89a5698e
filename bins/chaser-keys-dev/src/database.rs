//! The private PostgreSQL of this run.

use std::path::{Path, PathBuf};

use local_postgres::{LocalPostgres, Options};
use tokio::runtime::Runtime;

use crate::checkout::RunLock;
use crate::data_location::DataLocation;
use crate::failure::Failure;
use crate::output;

const DATABASE: &str = "chaser_keys";

/// A running server and its database. Dropping it stops the server, and then releases the lock.
#[derive(Debug)]
pub(crate) struct Database {
    pub(crate) url: String,
    kept: bool,
    postgres: LocalPostgres,
    _run_lock: Option<RunLock>,
}

impl Database {
    /// Blocks until the server accepts connections; not to be called on the runtime's own threads.
    pub(crate) fn start(location: &DataLocation, runtime: &Runtime) -> Result<Self, Failure> {
        output::progress("cargo dev: starting PostgreSQL");
        let (options, run_lock) = if location.ephemeral {
            (Options::temporary(), None)
        } else {
            let directory = location.directory();
            let run_lock = RunLock::acquire(&directory)?;
            (Options::kept(directory.join("postgres")), Some(run_lock))
        };
        let postgres = LocalPostgres::start(options)?;
        let url = runtime.block_on(postgres.create_database(DATABASE))?;
        Ok(Self { url, kept: run_lock.is_some(), postgres, _run_lock: run_lock })
    }

    /// A file beside the cluster; none if the cluster is temporary.
    pub(crate) fn kept_beside(&self, name: &str) -> Option<PathBuf> {
        self.kept.then(|| self.directory().join(name))
    }

    /// The directory from the command line, or the fallback used instead of it.
    fn directory(&self) -> &Path {
        self.postgres.directory()
    }
}
