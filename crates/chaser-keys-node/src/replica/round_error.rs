//! Why a round proved nothing.

use thiserror::Error;

use crate::ErrorChain;
use crate::postgres::DatabaseError;

/// Why a round proved nothing.
#[derive(Debug, Error)]
pub(crate) enum RoundError {
    /// The database does not answer, or refuses. What is known stays valid for its lease.
    #[error("{}", ErrorChain(.0))]
    Database(#[source] DatabaseError),
    /// No answer for as long as a lease lasts.
    #[error("the database does not answer in time")]
    TooSlow,
    /// The database holds what its own constraints do not allow.
    #[error("the database holds what it should not: {0}")]
    Corrupt(&'static str),
    /// What this node knows may not be what the database holds: start over.
    #[error("{0}")]
    StartOver(&'static str),
}

impl From<DatabaseError> for RoundError {
    fn from(error: DatabaseError) -> Self {
        Self::Database(error)
    }
}

impl From<tokio_postgres::Error> for RoundError {
    fn from(error: tokio_postgres::Error) -> Self {
        Self::Database(error.into())
    }
}
