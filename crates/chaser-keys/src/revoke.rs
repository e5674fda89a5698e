//! Revoking a key for good.

use time::OffsetDateTime;

use crate::ApiKey;

/// What revoking a key came to. Both are success: revoking is idempotent.
///
/// ```
/// use chaser_keys::Revocation;
/// # use chaser_keys::{ApiKey, KeyMode, NewApiKey, SecretEntropy};
/// # let id = "68c58c43-dafc-433c-9d19-3719ab740159";
/// # let new = NewApiKey::new(id.parse().unwrap(), id.parse().unwrap(), "ci".parse().unwrap(), KeyMode::Live);
/// # let now = time::OffsetDateTime::UNIX_EPOCH;
/// # let key = ApiKey::issue(new, SecretEntropy::from_bytes([0; 28]), now).key;
///
/// match key.revoke(now) {
///     Revocation::Revoked(ended) => assert_eq!(ended.revoked_at, Some(now)), // to be written down
///     _ => {}
/// }
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
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
    /// # let id = "68c58c43-dafc-433c-9d19-3719ab740159";
    /// # let new = NewApiKey::new(id.parse().unwrap(), id.parse().unwrap(), "ci".parse().unwrap(), KeyMode::Live);
    /// # let key = ApiKey::issue(new, SecretEntropy::from_bytes([0; 28]), now).key;
    ///
    /// let Revocation::Revoked(revoked) = key.revoke(now) else { panic!("it was active") };
    /// assert!(!revoked.authenticates_at(now));
    /// assert_eq!(revoked.revoke(now + Duration::HOUR), Revocation::AlreadyRevoked);
    /// ```
    #[must_use]
    pub fn revoke(&self, now: OffsetDateTime) -> Revocation {
        if self.authenticates_at(now) {
            Revocation::Revoked(Self { revoked_at: Some(now), ..self.clone() })
        } else {
            Revocation::AlreadyRevoked
        }
    }
}
