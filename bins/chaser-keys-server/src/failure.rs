//! Why a command failed, in one line that names the setting and the fix.

use std::io;
use std::net::SocketAddr;

use chaser_keys_storage::passwords::HashingError;
use chaser_keys_storage::{DatabaseUrl, ErrorChain, MigrationError, PepperMismatch, StorageError};
use thiserror::Error;

use crate::config::{ConfigErrors, MIGRATE};

/// What the operator reads on standard error. It contains no secret.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum Failure {
    /// Settings or arguments are wrong; one line for each.
    #[error(transparent)]
    Config(#[from] ConfigErrors),
    /// A listener's address cannot be bound.
    #[error("{setting}: cannot listen on {address} ({}): {}", reason(.source), bind_fix(.source))]
    Bind {
        /// The variable that holds the address.
        setting: &'static str,
        /// The address.
        address: SocketAddr,
        /// The operating system's reason.
        source: io::Error,
    },
    /// The database does not answer.
    #[error("DATABASE_URL: PostgreSQL ({database}) cannot be used: {reason}. {fix}")]
    Database {
        /// The address, without the password.
        database: String,
        /// The driver's or the server's reason.
        reason: String,
        /// What the operator can do.
        fix: &'static str,
    },
    /// Other peppers made the keys in this database.
    #[error("CHASER_PEPPERS: {}", one_line(.0))]
    Peppers(#[source] PepperMismatch),
    /// Migrations are pending, and the settings do not allow to apply them.
    #[error(
        "{setting} is off and {count} migrations are pending (first: {first}): run `chaser-keys-server migrate`"
    )]
    Pending {
        /// The variable that forbids it.
        setting: &'static str,
        /// How many there are.
        count: usize,
        /// The first one's name.
        first: String,
    },
    /// Any other failure of the store.
    #[error("{}", one_line(&ErrorChain(.0)))]
    Storage(#[source] StorageError),
    /// An argument is sound, but does not fit what is stored.
    #[error("{0}")]
    Argument(String),
    /// The HTTP server ended without a signal.
    #[error("the server stopped by itself: {0}")]
    Serving(#[source] io::Error),
    /// The background tasks ended without a signal.
    #[error("the server stopped by itself: {0}")]
    Background(&'static str),
    /// The password could not be hashed.
    #[error("the password cannot be hashed: {0}")]
    Password(#[source] HashingError),
    /// The runtime or a signal handler cannot be created.
    #[error("the operating system refuses: {0}")]
    Runtime(#[source] io::Error),
    /// Standard output is closed or full.
    #[error("standard output cannot be written: {0}")]
    Output(#[source] io::Error),
}

impl Failure {
    /// `names` has at least one.
    pub(crate) fn pending(names: &[String]) -> Self {
        let first = names.first().cloned().unwrap_or_default();
        Self::Pending { setting: MIGRATE, count: names.len(), first }
    }

    /// Names the setting that must be corrected.
    pub(crate) fn of_storage(database: &DatabaseUrl, error: StorageError) -> Self {
        let fix = if error.is_missing_database() {
            "Create it, or correct the URL"
        } else if error.is_answer() {
            // A wrong password, an unknown role, too many connections: PostgreSQL itself runs.
            "It is running: remove that cause, or correct the URL"
        } else {
            "Start it, or correct the URL"
        };
        match error {
            StorageError::Unavailable(cause) | StorageError::Schema(MigrationError::Unavailable(cause)) => {
                let reason = one_line(&ErrorChain(cause.as_ref()));
                Self::Database { database: database.to_string(), reason, fix }
            }
            StorageError::Peppers(mismatch) => Self::Peppers(mismatch),
            other => Self::Storage(other),
        }
    }
}

/// PostgreSQL's messages may have several lines.
fn one_line(error: &impl ToString) -> String {
    error.to_string().lines().map(str::trim).collect::<Vec<_>>().join(" ")
}

fn reason(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::AddrInUse => "the port is taken",
        io::ErrorKind::AddrNotAvailable => "this machine has no such address",
        io::ErrorKind::PermissionDenied => "not permitted",
        _ => "refused",
    }
}

fn bind_fix(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::AddrInUse => "stop what listens there, or choose another port".to_owned(),
        io::ErrorKind::AddrNotAvailable => {
            "choose one of this machine's addresses, or 0.0.0.0 for all".to_owned()
        }
        io::ErrorKind::PermissionDenied => "choose a port from 1024 up".to_owned(),
        _ => format!("{error}; choose another address"),
    }
}
