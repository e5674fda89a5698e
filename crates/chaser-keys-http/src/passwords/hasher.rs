//! Argon2id, a few at a time, never on a thread that serves requests, and giving way to those.

use std::num::NonZero;
use std::sync::Arc;
use std::thread::available_parallelism;
use std::time::Duration;

use argon2::password_hash::{Error as PhcError, PasswordHasher as _, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, PasswordHash, Version};
use thiserror::Error;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;
use zeroize::Zeroizing;

use super::Password;
use super::giving_way::GivingWay;

/// OWASP's minimum for argon2id: 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;
/// Hashes at once, however many processors there are: each takes 19 MiB and a processor. There may be as many again that
/// got too little of a processor and were given up (`giving_way.rs`).
const MOST_AT_ONCE: usize = 4;
/// For a turn: whoever waits longer would be answered after they had given up.
const LONGEST_WAIT: Duration = Duration::from_secs(10);

/// Hashes and verifies passwords. Made once: making it costs a hash.
#[derive(Clone)]
pub struct PasswordHasher {
    turns: Arc<Semaphore>,
    threads: GivingWay,
    /// The hash of no password, verified when there is none to verify, so that it takes as long.
    decoy: Arc<str>,
}

/// A turn at the hasher; others wait until it is used or dropped.
pub struct Turn {
    permit: OwnedSemaphorePermit,
    threads: GivingWay,
    decoy: Arc<str>,
}

/// Hashing did not work: no memory, no randomness, or a stored hash that is none.
#[derive(Debug, Error)]
pub enum HashingError {
    /// Argon2 or the PHC string format.
    #[error("argon2: {0}")]
    Argon2(String),
    /// Too many others wait for a turn.
    #[error("no turn at the password hasher came up in time")]
    Busy,
    /// The thread that hashes was lost.
    #[error("the hashing thread was lost")]
    Lost,
}

impl PasswordHasher {
    /// Makes a hasher that leaves at least half of the processors to requests.
    pub fn new() -> Result<Self, HashingError> {
        let processors = available_parallelism().map_or(1, NonZero::get);
        let at_once = (processors / 2).clamp(1, MOST_AT_ONCE);
        let decoy = hash(b"the decoy that nobody signs in with")?;
        Ok(Self {
            turns: Arc::new(Semaphore::new(at_once)),
            threads: GivingWay::new(at_once),
            decoy: decoy.into(),
        })
    }

    /// Waits for a turn.
    pub async fn turn(&self) -> Result<Turn, HashingError> {
        let waiting = timeout(LONGEST_WAIT, Arc::clone(&self.turns).acquire_owned());
        let permit = waiting.await.map_err(|_| HashingError::Busy)?.map_err(|_| HashingError::Lost)?;
        Ok(Turn { permit, threads: self.threads.clone(), decoy: Arc::clone(&self.decoy) })
    }

    /// The hash to store, in PHC string format, with a salt of its own.
    pub async fn hash(&self, password: Password) -> Result<String, HashingError> {
        let turn = self.turn().await?;
        turn.spend(move || hash(password.0.as_bytes())).await
    }
}

impl Turn {
    /// Whether the password is the one that was hashed. Without a hash it never is, and that takes as long.
    pub async fn verify(
        self,
        password: Zeroizing<String>,
        hash: Option<String>,
    ) -> Result<bool, HashingError> {
        let decoy = Arc::clone(&self.decoy);
        self.spend(move || {
            let matches = verify(password.as_bytes(), hash.as_deref().unwrap_or(&decoy))?;
            Ok(matches && hash.is_some())
        })
        .await
    }

    async fn spend<T: Send + 'static>(
        self,
        work: impl Fn() -> Result<T, HashingError> + Send + Sync + 'static,
    ) -> Result<T, HashingError> {
        let Self { permit, threads, .. } = self;
        // A task of its own: a client that hangs up does not let another hash begin while this one is under way.
        let working = tokio::spawn(async move {
            let outcome = threads.run(work).await;
            drop(permit);
            outcome
        });
        working.await.ok().flatten().ok_or(HashingError::Lost)?
    }
}

fn argon2() -> Result<Argon2<'static>, HashingError> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None)
        .map_err(|error| HashingError::Argon2(error.to_string()))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn hash(password: &[u8]) -> Result<String, HashingError> {
    let hashed: PasswordHash = argon2()?.hash_password(password)?;
    Ok(hashed.to_string())
}

fn verify(password: &[u8], hash: &str) -> Result<bool, HashingError> {
    let stored = PasswordHash::new(hash)
        .map_err(|_| HashingError::Argon2("a stored hash is no PHC string".to_owned()))?;
    match argon2()?.verify_password(password, &stored) {
        Ok(()) => Ok(true),
        Err(PhcError::PasswordInvalid) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

impl From<PhcError> for HashingError {
    fn from(error: PhcError) -> Self {
        Self::Argon2(error.to_string())
    }
}

#[cfg(test)]
mod tests {
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
            hasher.turn().await.unwrap().verify(text(password), hash).await
        };
        assert!(verify("velvet tundra mosaic", Some(stored.clone())).await.unwrap());
        assert!(!verify("velvet tundra mosaic ", Some(stored)).await.unwrap());
        assert!(!verify("velvet tundra mosaic", None).await.unwrap());
        assert!(!verify("the decoy that nobody signs in with", None).await.unwrap());
        assert!(verify("velvet tundra mosaic", Some("plain".to_owned())).await.is_err());
    }
}
