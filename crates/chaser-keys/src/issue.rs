//! Issuing: a new key comes to life.

use time::OffsetDateTime;

use crate::{ApiKey, KeyId, KeyMode, KeyName, SecretEntropy, SecretKey, WorkspaceId};

/// What is known of a key before it is issued.
///
/// ```
/// use chaser_keys::{KeyMode, NewApiKey};
///
/// let new = NewApiKey {
///     id: "68c58c43-dafc-433c-9d19-3719ab740159".parse()?,
///     workspace_id: "0d9c1c5e-7a0f-4f0e-9a53-0a4f7c0d8b11".parse()?,
///     name: "production".parse()?,
///     mode: KeyMode::Live,
/// };
/// # assert_eq!(new.name.as_str(), "production");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct NewApiKey {
    /// A fresh id, best a random UUID: the caller chooses it, and the store's primary key makes it the only one.
    pub id: KeyId,
    /// Whose key it will be.
    pub workspace_id: WorkspaceId,
    /// What people will call it.
    pub name: KeyName,
    /// Live or test.
    pub mode: KeyMode,
}

/// A key that was just issued: the record to keep, and the secret to show once.
///
/// ```
/// use chaser_keys::IssuedKey;
/// # use chaser_keys::{ApiKey, KeyMode, NewApiKey, SecretEntropy};
/// # let new = NewApiKey {
/// #     id: "68c58c43-dafc-433c-9d19-3719ab740159".parse().unwrap(),
/// #     workspace_id: "0d9c1c5e-7a0f-4f0e-9a53-0a4f7c0d8b11".parse().unwrap(),
/// #     name: "ci".parse().unwrap(),
/// #     mode: KeyMode::Live,
/// # };
/// # let now = time::OffsetDateTime::UNIX_EPOCH;
/// # let entropy = SecretEntropy::from_bytes([0; 28]);
///
/// let IssuedKey { key, secret } = ApiKey::issue(new, entropy, now);
/// assert_eq!(key.prefix, secret.display_prefix());
/// ```
#[derive(Debug)]
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
    /// let new = NewApiKey {
    ///     id: "68c58c43-dafc-433c-9d19-3719ab740159".parse()?,
    ///     workspace_id: "0d9c1c5e-7a0f-4f0e-9a53-0a4f7c0d8b11".parse()?,
    ///     name: "production".parse()?,
    ///     mode: KeyMode::Live,
    /// };
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
