//! The interface between a service and the component that knows the keys.

use chaser_keys::PresentedKey;

use crate::{FreshnessUnproven, VerifiedKey};

/// Decides whether a key is good now, and counts the request if it is.
///
/// The verifying node implements this, and so does [`FakeVerifier`](crate::testing::FakeVerifier) for tests. An
/// implementation writes an `async fn`; the compiler checks that its future is `Send`:
///
/// ```
/// use chaser_keys::{KeyMode, PresentedKey, WorkspaceId};
/// use chaser_keys_service::{FreshnessUnproven, VerifiedKey, Verify};
///
/// /// Accepts test keys of any spelling, for a demonstration.
/// struct TestKeysOnly(WorkspaceId);
///
/// impl Verify for TestKeysOnly {
///     async fn verify(&self, key: PresentedKey<'_>) -> Result<Option<VerifiedKey>, FreshnessUnproven> {
///         let key_id = chaser_keys::KeyId::from_uuid(self.0.as_uuid());
///         Ok((key.mode() == KeyMode::Test).then(|| VerifiedKey::new(key_id, self.0, KeyMode::Test)))
///     }
/// }
/// ```
pub trait Verify: Send + Sync + 'static {
    /// The identity behind the key, or `None` for a key that is unknown, expired or revoked: the caller cannot tell
    /// which, and must not.
    ///
    /// # Errors
    /// [`FreshnessUnproven`] when neither answer would be certain.
    fn verify(
        &self,
        key: PresentedKey<'_>,
    ) -> impl Future<Output = Result<Option<VerifiedKey>, FreshnessUnproven>> + Send;
}
