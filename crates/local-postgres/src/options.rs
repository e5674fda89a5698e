//! How a server differs from the plain private one.

use std::path::PathBuf;

/// Where the cluster lives.
#[derive(Clone, Debug)]
pub enum DataDirectory {
    /// This directory: `data/`, `socket/`, `postgres.log` and `lock` are put inside, and stay.
    /// It is created when missing. Run as root, and where PostgreSQL's user cannot reach it, a place
    /// in `/var/tmp` is used and named on standard error.
    Kept(PathBuf),
    /// A new directory, removed when the server's owner ends, even by `kill -9`.
    Temporary,
}

/// What a crash of the machine may cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// PostgreSQL's own defaults: a committed transaction stays committed.
    Durable,
    /// No fsync, no `synchronous_commit`, no `full_page_writes`: for data nobody will miss.
    /// A killed *server* loses nothing that was written out; a machine losing power loses the cluster.
    Fast,
}

/// What to start. The server listens on a private unix socket only, unless `settings` say otherwise.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where the cluster lives.
    pub data_directory: DataDirectory,
    /// What a crash of the machine may cost.
    pub durability: Durability,
    /// Settings as in `postgresql.conf`; the last of a name wins, also over ours (`listen_addresses`, `port`, `ssl`).
    pub settings: Vec<(String, String)>,
    /// Lines for `pg_hba.conf` after `local all all trust`. Without one, no TCP connection is let in.
    pub pg_hba_lines: Vec<String>,
    /// Files put into the data directory, readable by the server only, so that settings can name them
    /// relatively (`ssl_key_file=server.key`): PostgreSQL refuses a key that others may read.
    pub files: Vec<(String, Vec<u8>)>,
}

impl Options {
    /// A durable server in a directory that stays.
    #[must_use]
    pub fn kept(directory: impl Into<PathBuf>) -> Self {
        Self::new(DataDirectory::Kept(directory.into()), Durability::Durable)
    }

    /// A fast server that leaves nothing behind.
    #[must_use]
    pub fn temporary() -> Self {
        Self::new(DataDirectory::Temporary, Durability::Fast)
    }

    fn new(data_directory: DataDirectory, durability: Durability) -> Self {
        Self { data_directory, durability, settings: Vec::new(), pg_hba_lines: Vec::new(), files: Vec::new() }
    }

    /// Chooses what a crash of the machine may cost.
    #[must_use]
    pub fn durability(mut self, durability: Durability) -> Self {
        self.durability = durability;
        self
    }

    /// Adds a setting as in `postgresql.conf`.
    #[must_use]
    pub fn setting(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.settings.push((name.into(), value.into()));
        self
    }

    /// Appends a line to `pg_hba.conf`.
    #[must_use]
    pub fn pg_hba_line(mut self, line: impl Into<String>) -> Self {
        self.pg_hba_lines.push(line.into());
        self
    }

    /// Puts a file into the data directory.
    #[must_use]
    pub fn file(mut self, name: impl Into<String>, contents: impl Into<Vec<u8>>) -> Self {
        self.files.push((name.into(), contents.into()));
        self
    }

    /// The port in the socket's name, and over TCP where `listen_addresses` is set.
    pub(crate) fn port(&self) -> &str {
        self.settings.iter().rev().find(|(name, _)| name == "port").map_or("5432", |(_, value)| value)
    }

    /// All settings, ours first, so that the caller's win.
    pub(crate) fn all_settings(&self) -> Vec<(&str, &str)> {
        let mut all = vec![("listen_addresses", "")];
        if self.durability == Durability::Fast {
            all.extend([("fsync", "off"), ("synchronous_commit", "off"), ("full_page_writes", "off")]);
        }
        all.extend(self.settings.iter().map(|(name, value)| (name.as_str(), value.as_str())));
        all
    }
}
