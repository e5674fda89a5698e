//! Why a node cannot join, or cannot do its work now.

use thiserror::Error;

use crate::postgres::DatabaseError;
use crate::replica::pepper_coverage::PepperMismatch;

/// What went wrong between a node and the database. None of it repeats data or a password.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum NodeError {
    /// The database does not answer, or not as it has to. It may pass by itself: [`NodeError::is_unavailable`].
    #[error("the database cannot be used: {0}")]
    Database(#[source] DatabaseError),
    /// The database role lacks a right.
    #[error("the database role may not do what a node does: {0}; docs/rust-services.md lists the grants")]
    PermissionDenied(#[source] DatabaseError),
    /// The schema is older than this program.
    #[error("the schema is older than this program, which needs {0}: run `chaser-keys-server migrate`")]
    SchemaTooOld(&'static str),
    /// The peppers of this node do not fit the database.
    #[error(transparent)]
    Peppers(#[from] PepperMismatch),
}

impl NodeError {
    /// Whether waiting may help.
    #[must_use]
    pub fn is_unavailable(&self) -> bool {
        matches!(self, Self::Database(error) if error.is_unavailable())
    }
}

impl From<DatabaseError> for NodeError {
    fn from(error: DatabaseError) -> Self {
        if error.is_permission_denied() { Self::PermissionDenied(error) } else { Self::Database(error) }
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
