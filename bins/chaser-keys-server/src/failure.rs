//! Why a command failed, in one line that names the setting and the mend.

use std::{io, net::SocketAddr};

use chaser_keys_storage::{DatabaseUrl, MigrationError, StorageError};
use thiserror::Error;

use crate::config::{MIGRATE, Mistakes};

/// What a person reads on standard error. It repeats no secret.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum Failure {
    /// Settings or arguments are wrong; one line for each.
    #[error(transparent)]
    Mistakes(#[from] Mistakes),
    /// A listener's address cannot be had.
    #[error("{setting}: cannot listen on {address} ({}): {}", reason(.source), bind_mend(.source))]
    Bind {
        /// The variable that holds the address.
        setting: &'static str,
        /// The address.
        address: SocketAddr,
        /// The operating system's reason.
        source: io::Error,
    },
    /// The database does not answer.
    #[error("DATABASE_URL: PostgreSQL ({database}) cannot be used: {reason}. {}", mend(.reason))]
    Database {
        /// The address, without the password.
        database: String,
        /// The driver's or the server's reason.
        reason: String,
    },
    /// Other peppers made the keys in this database.
    #[error("CHASER_PEPPERS: {0}")]
    Peppers(String),
    /// Pending migrations, and leave to apply them was not given.
    #[error(
        "{setting} is off and {count} migrations are pending (first: {first}): run `chaser-keys-server migrate`"
    )]
    Pending {
        /// The variable that withholds leave.
        setting: &'static str,
        /// How many there are.
        count: usize,
        /// The first one's name.
        first: String,
    },
    /// The store refused something for a reason of its own.
    #[error("{0}")]
    Storage(String),
    /// An argument is sound, but does not fit what is stored.
    #[error("{0}")]
    Argument(String),
    /// The server stopped, and not because it was asked to.
    #[error("the server stopped by itself: {0}")]
    Stopped(String),
    /// The password could not be hashed.
    #[error("the password cannot be hashed: {0}")]
    Password(String),
    /// Threads, signals or the like cannot be had.
    #[error("the operating system refuses: {0}")]
    Runtime(#[source] io::Error),
    /// Nobody reads the result.
    #[error("standard output cannot be written: {0}")]
    Output(#[source] io::Error),
}

impl Failure {
    /// Not to be called without pending migrations.
    pub(crate) fn pending(names: &[String]) -> Self {
        let first = names.first().cloned().unwrap_or_default();
        Self::Pending { setting: MIGRATE, count: names.len(), first }
    }

    /// Names the setting that is to blame.
    pub(crate) fn of_storage(database: &DatabaseUrl, error: StorageError) -> Self {
        match error {
            StorageError::Unavailable(reason) | StorageError::Schema(MigrationError::Unavailable(reason)) => {
                Self::Database { database: database.to_string(), reason: one_line(&reason) }
            }
            StorageError::Peppers(mismatch) => Self::Peppers(one_line(&mismatch.to_string())),
            other => Self::Storage(one_line(&other.to_string())),
        }
    }
}

/// A server that answers with a refusal is there.
fn mend(reason: &str) -> &'static str {
    if reason.contains("does not exist") {
        "Create it, or correct the URL"
    } else {
        "Start it, or correct the URL"
    }
}

/// PostgreSQL's messages may have several lines.
fn one_line(text: &str) -> String {
    text.lines().map(str::trim).collect::<Vec<_>>().join(" ")
}

fn reason(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::AddrInUse => "the port is taken",
        io::ErrorKind::AddrNotAvailable => "this machine has no such address",
        io::ErrorKind::PermissionDenied => "not permitted",
        _ => "refused",
    }
}

fn bind_mend(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::AddrInUse => "stop what listens there, or choose another port".to_owned(),
        io::ErrorKind::AddrNotAvailable => {
            "choose one of this machine's addresses, or 0.0.0.0 for all".to_owned()
        }
        io::ErrorKind::PermissionDenied => "choose a port from 1024 up".to_owned(),
        _ => format!("{error}; choose another address"),
    }
}
