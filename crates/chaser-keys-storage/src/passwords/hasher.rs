//! Hashing passwords: a limited number at the same time, never on a thread that serves requests.

use std::num::NonZero;
use std::sync::Arc;
use std::thread::available_parallelism;
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::time::timeout;

use super::{HashPermit, HashingError, Password, argon2id};

/// Whatever the number of processors: each hash takes 19 MiB.
const MAX_CONCURRENT_HASHES: usize = 4;
/// A user does not wait longer than this for a sign-in.
const PERMIT_TIMEOUT: Duration = Duration::from_secs(10);

/// Hashes and verifies passwords on at most half of the processors. Clones share the limit.
#[derive(Clone)]
pub struct PasswordHasher {
    permits: Arc<Semaphore>,
    /// A hash that no account has, verified for an unknown account, so that the time is the same.
    decoy: Arc<str>,
}

impl PasswordHasher {
    /// Creates a hasher. Takes the time of one hash (some 20 ms).
    pub fn new() -> Result<Self, HashingError> {
        let processors = available_parallelism().map_or(1, NonZero::get);
        let decoy = argon2id::hash(b"the decoy that nobody signs in with")?;
        Ok(Self { permits: Arc::new(Semaphore::new(concurrent_hashes(processors))), decoy: decoy.into() })
    }

    /// Waits until another password may be hashed, for 10 seconds at most.
    pub async fn permit(&self) -> Result<HashPermit, HashingError> {
        let waiting = timeout(PERMIT_TIMEOUT, Arc::clone(&self.permits).acquire_owned());
        // The semaphore is never closed: both failures mean that there was no permit.
        let permit = waiting.await.ok().and_then(Result::ok).ok_or(HashingError::Busy)?;
        Ok(HashPermit { permit, decoy: Arc::clone(&self.decoy) })
    }

    /// The hash to store, in PHC string format, with a random salt.
    pub async fn hash(&self, password: Password) -> Result<String, HashingError> {
        self.permit().await?.hash(password).await
    }
}

fn concurrent_hashes(processors: usize) -> usize {
    (processors / 2).clamp(1, MAX_CONCURRENT_HASHES)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::timeout;
    use zeroize::Zeroizing;

    use super::*;

    fn text(password: &str) -> Zeroizing<String> {
        Zeroizing::new(password.to_owned())
    }

    #[tokio::test]
    async fn a_password_is_kept_as_argon2id_and_recognised() {
        let hasher = PasswordHasher::new().unwrap();
        let email = "ada@example.com".parse().unwrap();
        let stored = hasher.hash(Password::choose("velvet tundra mosaic", &email).unwrap()).await.unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");

        let verify = async |password: &str, hash: Option<String>| {
            hasher.permit().await.unwrap().verify(text(password), hash).await
        };
        assert!(verify("velvet tundra mosaic", Some(stored.clone())).await.unwrap());
        assert!(!verify("velvet tundra mosaic ", Some(stored)).await.unwrap());
        assert!(!verify("velvet tundra mosaic", None).await.unwrap());
        assert!(!verify("the decoy that nobody signs in with", None).await.unwrap());
        let invalid = verify("velvet tundra mosaic", Some("plain".to_owned())).await;
        assert!(matches!(invalid, Err(HashingError::InvalidStoredHash)));
    }

    #[test]
    fn hashes_take_at_most_half_of_the_processors_and_at_least_one() {
        let limits = [1, 2, 3, 4, 8, 64].map(concurrent_hashes);
        assert_eq!(limits, [1, 1, 1, 2, 4, 4]);
    }

    #[tokio::test]
    async fn a_hash_waits_while_all_permits_are_taken() {
        let mut hasher = PasswordHasher::new().unwrap();
        hasher.permits = Arc::new(Semaphore::new(1));
        let taken = hasher.permit().await.unwrap();
        let other = hasher.clone();
        assert!(timeout(Duration::from_millis(20), other.permit()).await.is_err());
        drop(taken);
        assert!(timeout(Duration::from_mins(1), other.permit()).await.unwrap().is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn waiting_for_a_permit_ends_after_ten_seconds() {
        let mut hasher = PasswordHasher::new().unwrap();
        hasher.permits = Arc::new(Semaphore::new(0));
        assert!(matches!(hasher.permit().await, Err(HashingError::Busy)));
    }
}
