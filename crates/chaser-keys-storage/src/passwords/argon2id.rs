//! Argon2id in PHC string format, with the parameters of this server.

use argon2::password_hash::{Error as PhcError, PasswordHasher as _, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, PasswordHash, Version};

use super::HashingError;

/// OWASP's minimum for argon2id: 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

const PARAMS: Params = match Params::new(MEMORY_KIB, PASSES, LANES, None) {
    Ok(params) => params,
    Err(_) => panic!("argon2 accepts OWASP's minimum"),
};

/// The hash to store, with a random salt.
pub(super) fn hash(password: &[u8]) -> Result<String, HashingError> {
    let hash: PasswordHash = argon2id().hash_password(password)?;
    Ok(hash.to_string())
}

/// Whether `stored` is a hash of this password. The parameters are those in `stored`.
pub(super) fn verify(password: &[u8], stored: &str) -> Result<bool, HashingError> {
    let stored = PasswordHash::new(stored).map_err(|_| HashingError::InvalidStoredHash)?;
    match argon2id().verify_password(password, &stored) {
        Ok(()) => Ok(true),
        Err(PhcError::PasswordInvalid) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

fn argon2id() -> Argon2<'static> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, PARAMS)
}
