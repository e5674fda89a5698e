//! A permit to hash one password.

use std::sync::Arc;

use tokio::sync::OwnedSemaphorePermit;
use tokio::task::spawn_blocking;
use zeroize::Zeroizing;

use super::{HashingError, Password, argon2id};

/// A permit to hash one password. Returned when the hash is done, or when it is dropped unused.
pub struct HashPermit {
    pub(super) permit: OwnedSemaphorePermit,
    pub(super) decoy: Arc<str>,
}

impl HashPermit {
    /// Whether the password is the one that was hashed. Without a hash the answer is no, after the same time: a
    /// caller cannot learn from it which accounts exist.
    pub async fn verify(
        self,
        password: Zeroizing<String>,
        hash: Option<String>,
    ) -> Result<bool, HashingError> {
        let decoy = Arc::clone(&self.decoy);
        self.run(move || {
            let matches = argon2id::verify(password.as_bytes(), hash.as_deref().unwrap_or(&decoy))?;
            Ok(matches && hash.is_some())
        })
        .await
    }

    pub(super) async fn hash(self, password: Password) -> Result<String, HashingError> {
        self.run(move || argon2id::hash(password.as_bytes())).await
    }

    async fn run<T: Send + 'static>(
        self,
        work: impl FnOnce() -> Result<T, HashingError> + Send + 'static,
    ) -> Result<T, HashingError> {
        let hashing = spawn_blocking(move || {
            let outcome = work();
            // Here and not in the caller: a client that disconnects must not let another hash begin
            // while its own still runs.
            drop(self.permit);
            outcome
        });
        hashing.await.map_err(|_| HashingError::ThreadPanicked)?
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;
    use std::time::Duration;

    use tokio::sync::Semaphore;
    use tokio::time::timeout;

    use super::*;

    async fn permit(of: &Arc<Semaphore>) -> HashPermit {
        HashPermit { permit: Arc::clone(of).acquire_owned().await.unwrap(), decoy: "".into() }
    }

    #[tokio::test]
    async fn a_client_that_disconnects_does_not_let_another_hash_begin() {
        let permits = Arc::new(Semaphore::new(1));
        let (finish, finished) = channel();
        let hashing = permit(&permits).await.run(move || {
            finished.recv().unwrap();
            Ok(())
        });
        assert!(timeout(Duration::from_millis(20), hashing).await.is_err());
        assert_eq!(permits.available_permits(), 0);
        finish.send(()).unwrap();
        timeout(Duration::from_mins(1), permit(&permits)).await.unwrap();
    }

    #[tokio::test]
    async fn a_panic_is_an_error_and_gives_the_permit_back() {
        let permits = Arc::new(Semaphore::new(1));
        let outcome =
            permit(&permits).await.run(|| -> Result<(), _> { panic!("as argon2 never should") }).await;
        assert!(matches!(outcome, Err(HashingError::ThreadPanicked)));
        assert_eq!(permits.available_permits(), 1);
    }
}
