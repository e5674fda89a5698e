//! Why a password could not be hashed or verified.

use argon2::password_hash::Error as PhcError;
use thiserror::Error;

/// Why a password could not be hashed or verified. A wrong password is not an error.
#[derive(Debug, Error)]
pub enum HashingError {
    /// Argon2 failed, for example for lack of memory or of randomness.
    #[error("argon2: {0}")]
    Argon2(#[from] PhcError),
    /// The stored hash is not in PHC string format.
    #[error("a stored hash is not a PHC string")]
    InvalidStoredHash,
    /// No permit was free for 10 seconds: too many other passwords wait to be hashed.
    #[error("timed out waiting for a permit to hash a password")]
    Busy,
    /// The thread that hashed panicked.
    #[error("the hashing thread panicked")]
    ThreadPanicked,
}
