//! A verifier without a database, for the tests of a service.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chaser_keys::{KeyId, PresentedKey, SecretKey, WorkspaceId};
use uuid::Uuid;

use crate::{FreshnessUnproven, VerifiedKey, Verify};

/// Knows the keys that a test gives it, and counts what it accepts. Clones share their keys and counts.
///
/// It says nothing about the service's database role, peppers or network: test those against the real node, too.
///
/// ```
/// use chaser_keys::{SecretKey, WorkspaceId};
/// use chaser_keys_service::testing::FakeVerifier;
/// use chaser_keys_service::{Refusal, SharedVerifier, authenticate};
///
/// # #[tokio::main]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let secret: SecretKey = "cha_live_UDA2HG67cZ5GR8sQf66LUAhyQ8sMMTLDrqtaJ_r9UoQ".parse()?;
/// let acme: WorkspaceId = "0b6d2c5e-5d53-4a6e-9f0c-1d1f0b0a7e11".parse()?;
/// let fake = FakeVerifier::new().with_key(&secret, acme);
///
/// // The service under test holds a SharedVerifier and does not know that it is a fake.
/// let verifier = SharedVerifier::new(fake.clone());
/// let header = format!("Bearer {}", secret.expose());
/// let caller = authenticate([header.as_bytes()], &verifier).await?;
/// assert_eq!(caller.workspace_id, acme);
/// assert_eq!(fake.counted_requests(caller.key_id), 1);
///
/// fake.unproven(true);
/// assert_eq!(authenticate([header.as_bytes()], &verifier).await, Err(Refusal::FreshnessUnproven));
///
/// fake.unproven(false);
/// fake.revoke(caller.key_id);
/// assert_eq!(authenticate([header.as_bytes()], &verifier).await, Err(Refusal::UnknownKey));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Default)]
pub struct FakeVerifier(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    keys: HashMap<String, FakeKey>,
    unproven: bool,
}

struct FakeKey {
    key: VerifiedKey,
    revoked: bool,
    requests: u64,
}

impl FakeVerifier {
    /// Knows no key.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The same verifier with one more key: [`add_key`](Self::add_key) for a chain of calls.
    #[must_use]
    pub fn with_key(self, secret: &SecretKey, workspace_id: WorkspaceId) -> Self {
        self.add_key(secret, workspace_id);
        self
    }

    /// Makes a key of this workspace known and good, and returns the identity that a request with it will have. The
    /// mode is the secret's.
    #[expect(clippy::must_use_candidate, reason = "a test of good requests alone does not need the id")]
    pub fn add_key(&self, secret: &SecretKey, workspace_id: WorkspaceId) -> VerifiedKey {
        let mut state = self.lock();
        let number = state.keys.len() as u128 + 1;
        let key = VerifiedKey::new(KeyId::from_uuid(Uuid::from_u128(number)), workspace_id, secret.mode());
        state.keys.insert(secret.expose().to_owned(), FakeKey { key, revoked: false, requests: 0 });
        key
    }

    /// From now on, and until it is set to false, every verification fails with [`FreshnessUnproven`].
    pub fn unproven(&self, unproven: bool) {
        self.lock().unproven = unproven;
    }

    /// From now on the key is refused. Without effect on an id that is not known.
    pub fn revoke(&self, key_id: KeyId) {
        for known in self.lock().keys.values_mut().filter(|known| known.key.key_id == key_id) {
            known.revoked = true;
        }
    }

    /// Requests with this key that were accepted: what the real node would report as the key's usage.
    #[must_use]
    pub fn counted_requests(&self, key_id: KeyId) -> u64 {
        let state = self.lock();
        state.keys.values().filter(|known| known.key.key_id == key_id).map(|known| known.requests).sum()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Verify for FakeVerifier {
    async fn verify(&self, key: PresentedKey<'_>) -> Result<Option<VerifiedKey>, FreshnessUnproven> {
        let mut state = self.lock();
        if state.unproven {
            return Err(FreshnessUnproven);
        }
        let known = state.keys.get_mut(key.expose()).filter(|known| !known.revoked);
        Ok(known.map(|known| {
            known.requests += 1;
            known.key
        }))
    }
}

/// Without the secrets.
impl fmt::Debug for FakeVerifier {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("FakeVerifier").finish_non_exhaustive()
    }
}
