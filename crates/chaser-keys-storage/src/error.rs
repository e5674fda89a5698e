//! What can go wrong between a caller and the database, and which of it may pass by itself.

use diesel::result::{DatabaseErrorInformation, DatabaseErrorKind, Error as DieselError};
use diesel_async::pooled_connection::PoolError as ConnectionFailure;
use thiserror::Error;

use chaser_keys_node::{NodeError, PepperMismatch};

use crate::MigrationError;

/// Why an operation on the store failed. None of it is the caller's fault, and none of it repeats data.
#[derive(Debug, Error)]
pub enum StorageError {
    /// The database cannot answer now: not reachable, restarting, out of connections or of disk, too
    /// slow. Trying again later may work.
    #[error("the database is unavailable: {0}")]
    Unavailable(String),
    /// A row does not parse into the domain: somebody else wrote it, or a migration went wrong.
    #[error(transparent)]
    CorruptRow(#[from] CorruptRow),
    /// The database refused a statement. A mistake in this program.
    #[error("the database refused a statement: {0}")]
    Refused(String),
    /// The peppers of this node do not fit the database.
    #[error(transparent)]
    Peppers(#[from] PepperMismatch),
    /// The schema is not the one this program needs.
    #[error(transparent)]
    Schema(#[from] MigrationError),
    /// The verifying node cannot do its work.
    #[error(transparent)]
    Node(NodeError),
    /// No randomness, so nothing secret can be made.
    #[error(transparent)]
    Entropy(#[from] chaser_keys::EntropyUnavailable),
}

/// A row that cannot be what it should be.
#[derive(Debug, Error)]
#[error("corrupt row in {table}: column {column} of {id}")]
pub struct CorruptRow {
    /// The table.
    pub table: &'static str,
    /// The column that does not parse.
    pub column: &'static str,
    /// Which row, by its public id.
    pub id: String,
}

impl StorageError {
    /// Whether waiting may help: told to a client as 503, never as a refusal of its credentials.
    #[must_use]
    pub fn is_unavailable(&self) -> bool {
        match self {
            Self::Unavailable(_) | Self::Entropy(_) => true,
            Self::Schema(error) => error.is_unavailable(),
            Self::Node(error) => error.is_unavailable(),
            Self::CorruptRow(_) | Self::Refused(_) | Self::Peppers(_) => false,
        }
    }
}

impl From<NodeError> for StorageError {
    fn from(error: NodeError) -> Self {
        match error {
            NodeError::Peppers(mismatch) => Self::Peppers(mismatch),
            other => Self::Node(other),
        }
    }
}

impl From<DieselError> for StorageError {
    fn from(error: DieselError) -> Self {
        match error {
            DieselError::DatabaseError(kind, information) => of_kind(kind, information.as_ref()),
            DieselError::BrokenTransactionManager => Self::Unavailable("the connection was lost".to_owned()),
            other => Self::Refused(other.to_string()),
        }
    }
}

/// Only the message and the constraint's name are kept: PostgreSQL's details repeat values.
fn of_kind(
    kind: DatabaseErrorKind,
    information: &(dyn DatabaseErrorInformation + Send + Sync),
) -> StorageError {
    let constraint = information.constraint_name().map(|name| format!(" ({name})")).unwrap_or_default();
    let message = format!("{}{constraint}", information.message());
    match kind {
        DatabaseErrorKind::UniqueViolation
        | DatabaseErrorKind::ForeignKeyViolation
        | DatabaseErrorKind::NotNullViolation
        | DatabaseErrorKind::CheckViolation
        | DatabaseErrorKind::RestrictViolation
        | DatabaseErrorKind::ExclusionViolation => StorageError::Refused(message),
        // Shutting down, no disk, no connection, timed out, read-only: the state of the server, which passes.
        _ => StorageError::Unavailable(message),
    }
}

impl From<deadpool::managed::PoolError<ConnectionFailure>> for StorageError {
    fn from(error: deadpool::managed::PoolError<ConnectionFailure>) -> Self {
        use deadpool::managed::{PoolError, TimeoutType};
        Self::Unavailable(match error {
            PoolError::Timeout(TimeoutType::Wait) => "all connections of the pool are busy".to_owned(),
            PoolError::Timeout(_) => "connecting took too long".to_owned(),
            PoolError::Backend(ConnectionFailure::ConnectionError(cause)) => cause.to_string(),
            other => other.to_string(),
        })
    }
}

/// The name of the constraint that a statement violated, if that is why it failed.
pub(crate) fn violated_constraint(error: &DieselError) -> Option<&str> {
    match error {
        DieselError::DatabaseError(_, information) => information.constraint_name(),
        _ => None,
    }
}
