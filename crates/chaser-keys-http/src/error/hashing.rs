//! What a failure of the password hasher looks like from outside.

use super::ApiError;
use crate::passwords::HashingError;

impl From<HashingError> for ApiError {
    fn from(error: HashingError) -> Self {
        let cause = error.to_string();
        match error {
            HashingError::Busy => Self::Unavailable { cause },
            HashingError::Argon2(_) | HashingError::Lost => Self::Internal { cause },
        }
    }
}
