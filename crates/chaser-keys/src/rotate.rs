//! Rotating: a successor takes over while the old key lives out its grace period.

use core::error::Error;
use core::fmt;

use time::OffsetDateTime;

use crate::{ApiKey, GracePeriod, IssuedKey, KeyId, KeyStatus, NewApiKey, SecretEntropy};

/// What a rotation leaves behind.
///
/// ```
/// use chaser_keys::{GracePeriod, Rotation};
/// # use chaser_keys::{ApiKey, KeyMode, NewApiKey, SecretEntropy};
/// # let id = "68c58c43-dafc-433c-9d19-3719ab740159";
/// # let new = NewApiKey::new(id.parse().unwrap(), id.parse().unwrap(), "ci".parse().unwrap(), KeyMode::Live);
/// # let now = time::OffsetDateTime::UNIX_EPOCH;
/// # let key = ApiKey::issue(new, SecretEntropy::from_bytes([0; 28]), now).key;
/// # let entropy = SecretEntropy::from_bytes([1; 28]);
/// # let successor_id = "a09de99c-8566-4dc3-a056-afdab41c0831".parse().unwrap();
///
/// let Rotation { old, successor, .. } = key.rotate(successor_id, entropy, GracePeriod::NONE, now)?;
/// assert!(!old.authenticates_at(now));
/// assert!(successor.key.authenticates_at(now));
/// # Ok::<(), chaser_keys::RotateRefusal>(())
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub struct Rotation {
    /// The old key, which stops authenticating when its grace period ends.
    pub old: ApiKey,
    /// The new key: same workspace, name and mode; it `replaces` the old one.
    pub successor: IssuedKey,
}

/// Why a key cannot be rotated: only an active one can, so that no key has two successors.
///
/// ```
/// use chaser_keys::{GracePeriod, RotateRefusal};
/// # use chaser_keys::{ApiKey, KeyMode, NewApiKey, SecretEntropy};
/// # let id = "68c58c43-dafc-433c-9d19-3719ab740159";
/// # let new = NewApiKey::new(id.parse().unwrap(), id.parse().unwrap(), "ci".parse().unwrap(), KeyMode::Live);
/// # let now = time::OffsetDateTime::UNIX_EPOCH;
/// # let key = ApiKey::issue(new, SecretEntropy::from_bytes([0; 28]), now).key;
/// # let entropy = || SecretEntropy::from_bytes([1; 28]);
/// # let id = "a09de99c-8566-4dc3-a056-afdab41c0831".parse().unwrap();
///
/// let old = key.rotate(id, entropy(), GracePeriod::default(), now)?.old;
/// let again = old.rotate(id, entropy(), GracePeriod::default(), now);
/// assert_eq!(again.unwrap_err(), RotateRefusal::InGrace);
/// # Ok::<(), RotateRefusal>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum RotateRefusal {
    /// It was rotated before and is living out its grace period.
    InGrace,
    /// It no longer authenticates.
    Revoked,
}

impl fmt::Display for RotateRefusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::InGrace => "this key was already rotated: rotate its successor, or revoke this one",
            Self::Revoked => "this key is revoked: create a new key instead",
        })
    }
}

impl Error for RotateRefusal {}

impl RotateRefusal {
    /// Why a key in this state cannot be rotated; none if it can.
    #[must_use]
    pub const fn of(status: KeyStatus) -> Option<Self> {
        match status {
            KeyStatus::Active => None,
            KeyStatus::Grace { .. } => Some(Self::InGrace),
            KeyStatus::Revoked { .. } => Some(Self::Revoked),
        }
    }
}

impl ApiKey {
    /// Rotates an active key, and no other.
    ///
    /// # Errors
    /// [`RotateRefusal`] says what the key is instead: in its grace period, or revoked.
    ///
    /// ```
    /// # use chaser_keys::{ApiKey, KeyMode, NewApiKey};
    /// use chaser_keys::{GracePeriod, KeyId, SecretEntropy};
    /// # use time::{Duration, OffsetDateTime};
    /// # let now = OffsetDateTime::UNIX_EPOCH;
    /// # let id = "68c58c43-dafc-433c-9d19-3719ab740159";
    /// # let new = NewApiKey::new(id.parse().unwrap(), id.parse().unwrap(), "ci".parse().unwrap(), KeyMode::Live);
    /// # let key = ApiKey::issue(new, SecretEntropy::from_bytes([0; 28]), now).key;
    ///
    /// let id = KeyId::random()?;
    /// let entropy = SecretEntropy::from_operating_system()?;
    /// let rotation = key.rotate(id, entropy, GracePeriod::default(), now)?;
    ///
    /// assert!(rotation.old.authenticates_at(now + Duration::days(6)));
    /// assert!(!rotation.old.authenticates_at(now + Duration::days(7)));
    /// assert_eq!(rotation.successor.key.replaces, Some(rotation.old.id));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn rotate(
        &self,
        successor_id: KeyId,
        entropy: SecretEntropy,
        grace: GracePeriod,
        now: OffsetDateTime,
    ) -> Result<Rotation, RotateRefusal> {
        if let Some(refusal) = RotateRefusal::of(self.status_at(now)) {
            return Err(refusal);
        }
        let new = NewApiKey::new(successor_id, self.workspace_id, self.name.clone(), self.mode);
        let mut successor = Self::issue(new, entropy, now);
        successor.key.replaces = Some(self.id);
        let old = Self { revoked_at: Some(grace.ends_at(now)), ..self.clone() };
        Ok(Rotation { old, successor })
    }
}
