//! Revoking: a key ends for good.

use time::OffsetDateTime;

use crate::{ApiKey, KeyStatus};

/// What revoking a key came to. Both are success: revoking is idempotent.
///
/// ```
/// use chaser_keys::Revocation;
/// # use chaser_keys::{ApiKey, KeyMode, NewApiKey, SecretEntropy};
/// # let new = NewApiKey {
/// #     id: "68c58c43-dafc-433c-9d19-3719ab740159".parse().unwrap(),
/// #     workspace_id: "0d9c1c5e-7a0f-4f0e-9a53-0a4f7c0d8b11".parse().unwrap(),
/// #     name: "ci".parse().unwrap(),
/// #     mode: KeyMode::Live,
/// # };
/// # let now = time::OffsetDateTime::UNIX_EPOCH;
/// # let key = ApiKey::issue(new, SecretEntropy::from_bytes([0; 28]), now).key;
///
/// match key.revoke(now) {
///     Revocation::Revoked(ended) => assert_eq!(ended.revoked_at, Some(now)), // to be written down
///     Revocation::AlreadyRevoked => {}
/// }
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Revocation {
    /// It authenticated until now, as an active key or in grace. The record with its end.
    Revoked(ApiKey),
    /// It had ended before; nothing changes.
    AlreadyRevoked,
}

impl ApiKey {
    /// Ends the key now, whether it is active or in grace. Its successor, if any, is not touched.
    ///
    /// ```
    /// # use chaser_keys::{ApiKey, KeyMode, NewApiKey, SecretEntropy};
    /// use chaser_keys::Revocation;
    /// # use time::{Duration, OffsetDateTime};
    /// # let now = OffsetDateTime::UNIX_EPOCH;
    /// # let new = NewApiKey {
    /// #     id: "68c58c43-dafc-433c-9d19-3719ab740159".parse().unwrap(),
    /// #     workspace_id: "0d9c1c5e-7a0f-4f0e-9a53-0a4f7c0d8b11".parse().unwrap(),
    /// #     name: "ci".parse().unwrap(),
    /// #     mode: KeyMode::Live,
    /// # };
    /// # let key = ApiKey::issue(new, SecretEntropy::from_bytes([0; 28]), now).key;
    ///
    /// let Revocation::Revoked(revoked) = key.revoke(now) else { panic!("it was active") };
    /// assert!(!revoked.authenticates_at(now));
    /// assert_eq!(revoked.revoke(now + Duration::HOUR), Revocation::AlreadyRevoked);
    /// ```
    #[must_use]
    pub fn revoke(&self, now: OffsetDateTime) -> Revocation {
        match self.status_at(now) {
            KeyStatus::Active | KeyStatus::Grace { .. } => {
                Revocation::Revoked(Self { revoked_at: Some(now), ..self.clone() })
            }
            KeyStatus::Revoked { .. } => Revocation::AlreadyRevoked,
        }
    }
}
