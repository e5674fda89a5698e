//! The answer to a good key: whose request it is.

use chaser_keys::{KeyId, KeyMode, WorkspaceId};

/// The identity behind a request whose key was good when it was verified.
///
/// It holds for that one request. A key can be revoked at any time, so do not keep this value and use it instead of a
/// verification.
///
/// ```
/// use chaser_keys::KeyMode;
/// use chaser_keys_service::VerifiedKey;
///
/// let key = VerifiedKey::new(
///     "68c58c43-dafc-433c-9d19-3719ab740159".parse()?,
///     "0b6d2c5e-5d53-4a6e-9f0c-1d1f0b0a7e11".parse()?,
///     KeyMode::Test,
/// );
/// assert_eq!(key.mode, KeyMode::Test);
/// # Ok::<(), chaser_keys::InvalidId>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub struct VerifiedKey {
    /// The key that the request presented; safe to log.
    pub key_id: KeyId,
    /// The workspace that the key belongs to: the customer.
    pub workspace_id: WorkspaceId,
    /// Live, or test: a request with a test key is answered but provisions nothing.
    pub mode: KeyMode,
}

impl VerifiedKey {
    /// For implementations of [`Verify`](crate::Verify), and for tests that insert an identity into a request.
    #[must_use]
    pub const fn new(key_id: KeyId, workspace_id: WorkspaceId, mode: KeyMode) -> Self {
        Self { key_id, workspace_id, mode }
    }
}
