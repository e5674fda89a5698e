//! Why a node cannot join, or cannot do its work now.

use thiserror::Error;
use tokio_postgres::error::SqlState;

use crate::postgres::ConnectError;
use crate::replica::pepper_coverage::PepperMismatch;

/// What went wrong between a node and the database. None of it repeats data or a password.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum NodeError {
    /// The database cannot be reached or does not answer. It may pass by itself.
    #[error("the database is unavailable: {0}")]
    Unavailable(#[from] ConnectError),
    /// The database role lacks a right. It passes when somebody grants it.
    #[error("the database role may not do what a node does: {0}; docs/rust-services.md lists the grants")]
    PermissionDenied(#[source] ConnectError),
    /// Between this program and PostgreSQL is something that keeps no sessions.
    #[error(
        "a pooler in transaction mode answers instead of PostgreSQL, and loses notifications: connect to \
         PostgreSQL itself, or switch the pooler to session mode (PgBouncer: pool_mode = session)"
    )]
    TransactionPooler,
    /// The schema is older than this program.
    #[error("the schema is older than this program, which needs {0}: run `chaser-keys-server migrate`")]
    SchemaTooOld(&'static str),
    /// The peppers of this node do not fit the database.
    #[error(transparent)]
    Peppers(#[from] PepperMismatch),
    /// The database holds what its own constraints do not allow.
    #[error("the database holds what it should not: {0}")]
    Corrupt(&'static str),
}

impl NodeError {
    /// Whether waiting may help.
    #[must_use]
    pub const fn is_unavailable(&self) -> bool {
        matches!(self, Self::Unavailable(_))
    }
}

impl From<tokio_postgres::Error> for NodeError {
    fn from(error: tokio_postgres::Error) -> Self {
        if error.code() == Some(&SqlState::INSUFFICIENT_PRIVILEGE) {
            Self::PermissionDenied(error.into())
        } else {
            Self::Unavailable(error.into())
        }
    }
}

/// A node that did not get ready in time.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[error("not ready to verify keys: {}", .last_failure.as_deref().unwrap_or("the keys are still being loaded"))]
pub struct NotReady {
    last_failure: Option<String>,
}

impl NotReady {
    pub(crate) const fn because(last_failure: Option<String>) -> Self {
        Self { last_failure }
    }

    /// What interrupted the node last, if anything has.
    #[must_use]
    pub fn last_failure(&self) -> Option<&str> {
        self.last_failure.as_deref()
    }
}
