//! Issuing a new key.

use time::OffsetDateTime;

use crate::{ApiKey, KeyId, KeyMode, KeyName, SecretEntropy, SecretKey, WorkspaceId};

/// What is known of a key before it is issued.
///
/// ```
/// use chaser_keys::{KeyId, KeyMode, NewApiKey};
///
/// let workspace_id = "0d9c1c5e-7a0f-4f0e-9a53-0a4f7c0d8b11".parse()?;
/// let new = NewApiKey::new(KeyId::random()?, workspace_id, "production".parse()?, KeyMode::Live);
/// assert_eq!(new.name, "production");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct NewApiKey {
    /// A fresh id, best a random one: the caller chooses it, and the primary key of the store keeps it unique.
    pub id: KeyId,
    /// Whose key it will be.
    pub workspace_id: WorkspaceId,
    /// What people will call it.
    pub name: KeyName,
    /// Live or test.
    pub mode: KeyMode,
}

impl NewApiKey {
    /// What every key needs.
    #[must_use]
    pub const fn new(id: KeyId, workspace_id: WorkspaceId, name: KeyName, mode: KeyMode) -> Self {
        Self { id, workspace_id, name, mode }
    }
}

/// A key that was just issued: the record to keep, and the secret to show once.
///
/// ```
/// use chaser_keys::IssuedKey;
/// # use chaser_keys::{ApiKey, KeyMode, NewApiKey, SecretEntropy};
/// # let id = "68c58c43-dafc-433c-9d19-3719ab740159";
/// # let new = NewApiKey::new(id.parse().unwrap(), id.parse().unwrap(), "ci".parse().unwrap(), KeyMode::Live);
/// # let now = time::OffsetDateTime::UNIX_EPOCH;
/// # let entropy = SecretEntropy::from_bytes([0; 28]);
///
/// let IssuedKey { key, secret, .. } = ApiKey::issue(new, entropy, now);
/// assert_eq!(key.prefix, secret.display_prefix());
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub struct IssuedKey {
    /// The record.
    pub key: ApiKey,
    /// The secret; nothing can bring it back once it is dropped.
    pub secret: SecretKey,
}

impl ApiKey {
    /// Issues a key that is active from `now` on.
    ///
    /// ```
    /// use chaser_keys::{ApiKey, KeyMode, KeyStatus, NewApiKey, SecretEntropy};
    /// use time::OffsetDateTime;
    ///
    /// let now = OffsetDateTime::UNIX_EPOCH;
    /// let id = "68c58c43-dafc-433c-9d19-3719ab740159".parse()?;
    /// let workspace_id = "0d9c1c5e-7a0f-4f0e-9a53-0a4f7c0d8b11".parse()?;
    /// let new = NewApiKey::new(id, workspace_id, "production".parse()?, KeyMode::Live);
    /// let issued = ApiKey::issue(new, SecretEntropy::from_operating_system()?, now);
    /// assert_eq!(issued.key.status_at(now), KeyStatus::Active);
    /// assert!(issued.secret.expose().starts_with(issued.key.prefix.as_str()));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn issue(new: NewApiKey, entropy: SecretEntropy, now: OffsetDateTime) -> IssuedKey {
        let secret = SecretKey::from_entropy(new.mode, entropy);
        let key = Self {
            id: new.id,
            workspace_id: new.workspace_id,
            name: new.name,
            mode: new.mode,
            prefix: secret.display_prefix(),
            created_at: now,
            revoked_at: None,
            replaces: None,
        };
        IssuedKey { key, secret }
    }
}
