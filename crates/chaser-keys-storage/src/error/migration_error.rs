//! Why the schema cannot be inspected or changed.

use chaser_keys_node::postgres::DatabaseError;
use thiserror::Error;

use super::{BoxError, without_details};

/// Why the schema cannot be inspected or changed.
#[derive(Debug, Error)]
pub enum MigrationError {
    /// The database does not answer. Trying again later may work.
    #[error("the database is unavailable")]
    Unavailable(#[source] BoxError),
    /// A connection that cannot be used, such as one through a pooler in transaction mode.
    #[error(transparent)]
    Connection(DatabaseError),
    /// PostgreSQL lets a role create tables in `public` only where the database is its own (since version 15).
    #[error(
        "the role {role} may create no tables in the database {database}: make it the owner (alter database {database} owner to {role}), or run `chaser-keys-server migrate` as one that may"
    )]
    MayNotCreate {
        /// The role that this program connects as.
        role: String,
        /// The database's name.
        database: String,
    },
    /// A migration failed; it was rolled back, and those before it stay applied.
    #[error("a migration failed and was rolled back")]
    Failed(#[source] BoxError),
    /// The schema is older than this program. Holds the names of the missing migrations, in order.
    #[error("the schema is older than this program, which needs {}: run `chaser-keys-server migrate`", .0.join(", "))]
    Pending(Vec<String>),
}

impl MigrationError {
    /// Whether waiting may help.
    #[must_use]
    pub fn is_unavailable(&self) -> bool {
        match self {
            Self::Unavailable(_) => true,
            Self::Connection(_) | Self::MayNotCreate { .. } | Self::Failed(_) | Self::Pending(_) => false,
        }
    }

    /// Whether PostgreSQL runs, but has no database of this name.
    #[must_use]
    pub fn is_missing_database(&self) -> bool {
        matches!(self, Self::Unavailable(cause) if is_missing_database(cause))
    }

    /// Whether PostgreSQL runs: it answered, with an error.
    #[must_use]
    pub fn is_answer(&self) -> bool {
        matches!(self, Self::Unavailable(cause) if is_answer(cause))
    }
}

pub(super) fn is_missing_database(cause: &BoxError) -> bool {
    cause.downcast_ref().is_some_and(DatabaseError::is_missing_database)
}

pub(super) fn is_answer(cause: &BoxError) -> bool {
    cause.downcast_ref().is_some_and(DatabaseError::is_answer)
}

/// From opening a connection.
impl From<BoxError> for MigrationError {
    fn from(cause: BoxError) -> Self {
        Self::Unavailable(cause)
    }
}

impl From<DatabaseError> for MigrationError {
    fn from(error: DatabaseError) -> Self {
        if error.is_unavailable() { Self::Unavailable(error.into()) } else { Self::Connection(error) }
    }
}

impl From<diesel::result::Error> for MigrationError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Unavailable(without_details(error))
    }
}
