//! Why PostgreSQL did not do what was asked.

use std::io;
use std::time::Duration;

use thiserror::Error;
use tokio_postgres::error::SqlState;

use crate::ErrorChain;

/// Why PostgreSQL did not do what was asked. The text is safe to log: it holds nothing of a password, and no data.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum DatabaseError {
    /// The server did not answer in time.
    #[error("no answer within {0:?}")]
    Timeout(Duration),
    /// The server refused, or cannot be reached, or the connection broke.
    #[error("{}", ErrorChain(.0))]
    Postgres(#[from] tokio_postgres::Error),
    /// The certificates to trust cannot be read.
    #[error("{0}")]
    Certificates(#[source] io::Error),
    /// Between this program and PostgreSQL is something that keeps no sessions.
    #[error(
        "a pooler in transaction mode answers instead of PostgreSQL, and loses notifications: connect to \
         PostgreSQL itself, or switch the pooler to session mode (PgBouncer: pool_mode = session)"
    )]
    TransactionPooler,
    /// The runtime that drives the connections has ended.
    #[error("this process is stopping")]
    Stopping,
}

impl DatabaseError {
    /// The code that PostgreSQL gave, if it answered.
    #[must_use]
    pub fn code(&self) -> Option<&SqlState> {
        match self {
            Self::Postgres(error) => error.code(),
            Self::Timeout(_) | Self::Certificates(_) | Self::TransactionPooler | Self::Stopping => None,
        }
    }

    /// Whether PostgreSQL runs: it answered, with an error.
    #[must_use]
    pub fn is_answer(&self) -> bool {
        self.code().is_some()
    }

    /// Whether PostgreSQL answered that it has no such database.
    #[must_use]
    pub fn is_missing_database(&self) -> bool {
        self.code() == Some(&SqlState::INVALID_CATALOG_NAME)
    }

    /// Whether the role lacks a right. That passes when an operator grants it.
    #[must_use]
    pub fn is_permission_denied(&self) -> bool {
        self.code() == Some(&SqlState::INSUFFICIENT_PRIVILEGE)
    }

    /// Whether it may pass by itself.
    #[must_use]
    pub fn is_unavailable(&self) -> bool {
        match self {
            Self::Postgres(_) => !self.is_permission_denied(),
            Self::Timeout(_) | Self::Stopping => true,
            Self::Certificates(_) | Self::TransactionPooler => false,
        }
    }
}
