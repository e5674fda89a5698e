//! Errors of the store and of verification as API errors.

use chaser_keys_storage::{FreshnessUnproven, StorageError};

use super::ApiError;

/// A database that does not answer is 503, never a refusal of the caller's credentials or of the path.
impl From<StorageError> for ApiError {
    fn from(error: StorageError) -> Self {
        if error.is_unavailable() { Self::unavailable(error) } else { Self::internal(error) }
    }
}

/// Whether the key is still good cannot be known: 503, not a guess in either direction.
impl From<FreshnessUnproven> for ApiError {
    fn from(_: FreshnessUnproven) -> Self {
        Self::Unproven
    }
}
