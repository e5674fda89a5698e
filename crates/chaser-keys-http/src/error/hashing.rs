//! Errors of the password hasher as API errors.

use chaser_keys_storage::passwords::HashingError;

use super::ApiError;

impl From<HashingError> for ApiError {
    fn from(error: HashingError) -> Self {
        match error {
            HashingError::Busy => Self::unavailable(error),
            HashingError::Argon2(_) | HashingError::InvalidStoredHash | HashingError::ThreadPanicked => {
                Self::internal(error)
            }
        }
    }
}
