//! The private PostgreSQL of this run.

use std::path::{Path, PathBuf};

use local_postgres::{LocalPostgres, Options};
use tokio::runtime::Runtime;

use crate::checkout::OnlyRun;
use crate::cli::Place;
use crate::failure::Failure;
use crate::output;

const DATABASE: &str = "chaser_keys";

/// A running server and its database. Dropping it stops the server, and then lets the next run have its place.
#[derive(Debug)]
pub(crate) struct Database {
    pub(crate) url: String,
    kept: bool,
    postgres: LocalPostgres,
    _only_run: Option<OnlyRun>,
}

impl Database {
    /// Blocks until the server accepts connections; not to be called on the runtime's own threads.
    pub(crate) fn start(place: &Place, runtime: &Runtime) -> Result<Self, Failure> {
        output::progress("cargo dev: starting PostgreSQL");
        let (options, only_run) = if place.ephemeral {
            (Options::temporary(), None)
        } else {
            let directory = place.directory();
            let only_run = OnlyRun::in_directory(&directory)?;
            (Options::kept(directory.join("postgres")), Some(only_run))
        };
        let postgres = LocalPostgres::start(options)?;
        let url = runtime.block_on(postgres.create_database(DATABASE))?;
        Ok(Self { url, kept: only_run.is_some(), postgres, _only_run: only_run })
    }

    /// Where things are kept that belong to this cluster, if it stays.
    pub(crate) fn kept_beside(&self, name: &str) -> Option<PathBuf> {
        self.kept.then(|| self.directory().join(name))
    }

    /// The one that was asked for, or the one used in its place.
    fn directory(&self) -> &Path {
        self.postgres.directory()
    }
}
