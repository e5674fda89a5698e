//! Errors of the password hasher as API errors.

use super::ApiError;
use crate::passwords::HashingError;

impl From<HashingError> for ApiError {
    fn from(error: HashingError) -> Self {
        match error {
            HashingError::Busy => Self::unavailable(error),
            HashingError::Argon2(_) | HashingError::Lost => Self::internal(error),
        }
    }
}
