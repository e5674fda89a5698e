//! Why an operation on the store fails, and whether trying again may help.

use chaser_keys_node::{NodeError, PepperMismatch};
use deadpool::managed::{PoolError, TimeoutType};
use diesel::result::{DatabaseErrorKind, Error as DieselError};
use thiserror::Error;

use super::migration_error::{is_answer, is_missing_database};
use super::{BoxError, CorruptRow, MigrationError, without_details};

/// Why an operation on the store failed. The caller caused none of it, and none of it repeats data.
///
/// `Display` names the failure alone; [`ErrorChain`](crate::ErrorChain) adds the causes.
#[derive(Debug, Error)]
pub enum StorageError {
    /// The database cannot answer now: unreachable, restarting, read-only, too slow, out of connections or
    /// of disk. Trying again later may work.
    #[error("the database is unavailable")]
    Unavailable(#[source] BoxError),
    /// A row does not parse into the domain: another program wrote it, or a migration went wrong.
    #[error(transparent)]
    CorruptRow(#[from] CorruptRow),
    /// The database refused a statement, for example for a constraint: a defect of this program.
    #[error("the database refused a statement")]
    Refused(#[source] BoxError),
    /// The peppers of this node do not fit the database.
    #[error(transparent)]
    Peppers(#[from] PepperMismatch),
    /// The schema is not the one this program needs, or cannot be read.
    #[error(transparent)]
    Schema(MigrationError),
    /// The verifying node cannot do its work.
    #[error(transparent)]
    Node(NodeError),
    /// The operating system gives no randomness, so that no secret can be generated.
    #[error(transparent)]
    Entropy(#[from] chaser_keys::EntropyUnavailable),
}

impl StorageError {
    /// Whether waiting may help: answer 503, never a refusal of the caller's credentials.
    #[must_use]
    pub fn is_unavailable(&self) -> bool {
        match self {
            Self::Unavailable(_) | Self::Entropy(_) => true,
            Self::Schema(error) => error.is_unavailable(),
            Self::CorruptRow(_) | Self::Refused(_) | Self::Peppers(_) | Self::Node(_) => false,
        }
    }

    /// Whether PostgreSQL runs, but has no database of this name.
    #[must_use]
    pub fn is_missing_database(&self) -> bool {
        match self {
            Self::Unavailable(cause) => is_missing_database(cause),
            Self::Schema(error) => error.is_missing_database(),
            _ => false,
        }
    }

    /// Whether PostgreSQL runs, and refused the connection for a reason that it names.
    #[must_use]
    pub fn is_answer(&self) -> bool {
        match self {
            Self::Unavailable(cause) => is_answer(cause),
            Self::Schema(error) => error.is_answer(),
            _ => false,
        }
    }
}

impl From<NodeError> for StorageError {
    fn from(error: NodeError) -> Self {
        match error {
            NodeError::Peppers(mismatch) => Self::Peppers(mismatch),
            NodeError::Database(cause) if cause.is_unavailable() => Self::Unavailable(cause.into()),
            other => Self::Node(other),
        }
    }
}

/// A connection that cannot be used is one failure, whether migrations or operations notice it.
impl From<MigrationError> for StorageError {
    fn from(error: MigrationError) -> Self {
        match error {
            MigrationError::Connection(error) => NodeError::from(error).into(),
            other => Self::Schema(other),
        }
    }
}

impl From<DieselError> for StorageError {
    fn from(error: DieselError) -> Self {
        let is_refusal = is_refusal(&error);
        let cause = without_details(error);
        if is_refusal { Self::Refused(cause) } else { Self::Unavailable(cause) }
    }
}

/// Shutting down, no disk, no connection, timed out, read-only: states of the server, which pass.
const fn is_refusal(error: &DieselError) -> bool {
    match error {
        DieselError::DatabaseError(kind, _) => matches!(
            kind,
            DatabaseErrorKind::UniqueViolation
                | DatabaseErrorKind::ForeignKeyViolation
                | DatabaseErrorKind::NotNullViolation
                | DatabaseErrorKind::CheckViolation
                | DatabaseErrorKind::RestrictViolation
                | DatabaseErrorKind::ExclusionViolation
        ),
        DieselError::BrokenTransactionManager => false,
        _ => true,
    }
}

impl From<PoolError<BoxError>> for StorageError {
    fn from(error: PoolError<BoxError>) -> Self {
        Self::Unavailable(match error {
            PoolError::Timeout(TimeoutType::Wait) => "all connections of the pool are busy".into(),
            PoolError::Timeout(_) => "connecting took too long".into(),
            PoolError::Backend(cause) => cause,
            PoolError::Closed | PoolError::NoRuntimeSpecified | PoolError::PostCreateHook(_) => {
                "the pool is closed".into()
            }
        })
    }
}
