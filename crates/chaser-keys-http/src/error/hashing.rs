//! What a failure of the password hasher looks like from outside.

use chaser_keys_storage::passwords::HashingError;

use super::ApiError;

impl From<HashingError> for ApiError {
    fn from(error: HashingError) -> Self {
        let cause = error.to_string();
        match error {
            HashingError::Busy => Self::Unavailable { cause },
            HashingError::Argon2(_) | HashingError::InvalidStoredHash | HashingError::ThreadPanicked => {
                Self::Internal { cause }
            }
        }
    }
}
