//! A private server from start to stop.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::database_url::database_url;
use crate::error::Result;
use crate::home::Home;
use crate::installation::Installation;
use crate::options::{DataDirectory, Options};
use crate::server_process::ServerProcess;
use crate::sql::Connection;
use crate::{cluster_files, initdb, installing, leftovers};

/// Enough for a predecessor that has been told to stop.
const PATIENCE_WITH_PREDECESSOR: Duration = Duration::from_secs(5);

/// A private PostgreSQL. Dropping it stops the server; it also stops when this process is killed.
///
/// Starting and stopping block the calling thread for up to a second or so.
#[derive(Debug)]
pub struct LocalPostgres {
    // Before `home`: fields are dropped in order, and the directory's lock outlives the server.
    server: Option<ServerProcess>,
    installation: Installation,
    options: Options,
    home: Home,
}

impl LocalPostgres {
    /// Finds PostgreSQL (installs it where this is root's and apt-get's machine), makes the cluster where
    /// there is none, and returns once the server accepts connections.
    pub fn start(options: Options) -> Result<Self> {
        // Before a user is looked up: installing creates the user `postgres`.
        installing::find_or_install(None)?;
        let port = options.port();
        let home = match &options.data_directory {
            DataDirectory::Kept(directory) => Home::kept(directory, port, PATIENCE_WITH_PREDECESSOR)?,
            DataDirectory::Temporary => Home::temporary(options.durability, port)?,
        };
        Self::start_in(home, options)
    }

    pub(crate) fn start_in(home: Home, options: Options) -> Result<Self> {
        let data = home.data();
        let needed = initdb::major_of(&data).map(|major| (major, data.as_path()));
        let installation = installing::find_or_install(needed)?;
        initdb::ensure_initialized(&home, &installation, options.durability)?;
        let mut postgres = Self { server: None, installation, options, home };
        postgres.start_again()?;
        Ok(postgres)
    }

    /// Starts the server after [`stop`](Self::stop) or [`kill`](Self::kill), or after it ended by itself;
    /// the URLs stay the same. A running server is left alone.
    pub fn start_again(&mut self) -> Result<()> {
        if self.server.as_mut().is_some_and(ServerProcess::is_running) {
            return Ok(());
        }
        self.server = None;
        leftovers::clear(&self.home)?;
        cluster_files::write(&self.home, &self.options)?;
        self.server = Some(ServerProcess::start(&self.home, &self.installation, &self.options)?);
        Ok(())
    }

    /// Fast shutdown: open transactions are rolled back and connections closed.
    pub fn stop(&mut self) {
        self.server = None;
    }

    /// Stops the server and starts it again.
    pub fn restart(&mut self) -> Result<()> {
        self.stop();
        self.start_again()
    }

    /// Ends every process of the server with SIGKILL: no shutdown, no checkpoint, a stale `postmaster.pid`.
    pub fn kill(&mut self) {
        if let Some(mut server) = self.server.take() {
            server.kill();
            leftovers::kill_all_in(&self.home.data());
        }
    }

    /// The postmaster's process id; `None` once it was stopped.
    #[must_use]
    pub fn pid(&self) -> Option<u32> {
        self.server.as_ref().map(ServerProcess::pid)
    }

    /// Where the server writes its log.
    #[must_use]
    pub fn log_path(&self) -> PathBuf {
        self.home.log()
    }

    /// The directory that was given, or the one used in its place.
    #[must_use]
    pub fn directory(&self) -> &Path {
        &self.home.directory
    }

    /// PostgreSQL's major version.
    #[must_use]
    pub fn major_version(&self) -> u32 {
        self.installation.major
    }

    /// A URL for tokio-postgres and psql, as superuser over the private socket. The database need not exist.
    #[must_use]
    pub fn database_url(&self, name: &str) -> String {
        database_url(&self.home.socket_directory, self.options.port(), name)
    }

    /// Creates the database if it is missing, and returns its URL.
    pub async fn create_database(&self, name: &str) -> Result<String> {
        let connection = Connection::open(&self.database_url("postgres")).await?;
        let result = connection.create_database_if_missing(name).await;
        connection.close().await;
        result.map(|()| self.database_url(name))
    }
}
