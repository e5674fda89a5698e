//! What a failure of the store looks like from outside.

use chaser_keys_service::Refusal;
use chaser_keys_storage::{FreshnessUnproven, StorageError};

use super::ApiError;

/// A database that cannot answer is 503, never a refusal of the caller's credentials or of the path.
impl From<StorageError> for ApiError {
    fn from(error: StorageError) -> Self {
        let cause = error.to_string();
        if error.is_unavailable() { Self::Unavailable { cause } } else { Self::Internal { cause } }
    }
}

/// Whether the key is still good cannot be known now: no guess in either direction.
impl From<FreshnessUnproven> for ApiError {
    fn from(_: FreshnessUnproven) -> Self {
        Self::KeyRefused(Refusal::FreshnessUnproven)
    }
}
