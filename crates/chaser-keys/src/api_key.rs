//! A key's record, and what it means at a moment in time.

use core::error::Error;
use core::fmt;

use time::OffsetDateTime;

use crate::{DisplayPrefix, Expiry, KeyId, KeyMode, KeyName, KeyStatus, NewApiKey, WorkspaceId};

/// Everything the authority knows of a key but its secret.
///
/// A plain record: storage reads and writes the fields. What it *means* at a moment say [`ApiKey::status_at`] and
/// [`ApiKey::authenticates_at`]; how it changes, [`ApiKey::issue`], [`ApiKey::rotate`] and [`ApiKey::revoke`].
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct ApiKey {
    /// Names the key for all time.
    pub id: KeyId,
    /// Whose key it is.
    pub workspace_id: WorkspaceId,
    /// What people call it; may change, need not be unique.
    pub name: KeyName,
    /// Live or test; never changes.
    pub mode: KeyMode,
    /// The first 16 characters of the secret.
    pub prefix: DisplayPrefix,
    /// When it was issued, by the authority's clock: PostgreSQL's, in microseconds.
    pub created_at: OffsetDateTime,
    /// The moment it stops authenticating: none while active, ahead during grace, past once revoked.
    pub revoked_at: Option<OffsetDateTime>,
    /// The key it was rotated from.
    pub replaces: Option<KeyId>,
}

/// A record whose display prefix is one of the other mode: it was not written by [`ApiKey::issue`].
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct PrefixOfOtherMode {}

impl fmt::Display for PrefixOfOtherMode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a live key's display prefix begins with cha_live_, a test key's with cha_test_")
    }
}

impl Error for PrefixOfOtherMode {}

impl ApiKey {
    /// A record that was read from where it is stored. It is active and replaces nothing; set
    /// [`revoked_at`](Self::revoked_at) and [`replaces`](Self::replaces) where they are stored.
    ///
    /// # Errors
    /// [`PrefixOfOtherMode`] if mode and prefix contradict each other.
    ///
    /// ```
    /// use chaser_keys::{ApiKey, KeyMode, NewApiKey};
    /// use time::OffsetDateTime;
    ///
    /// let of = NewApiKey::new(
    ///     "68c58c43-dafc-433c-9d19-3719ab740159".parse()?,
    ///     "0d9c1c5e-7a0f-4f0e-9a53-0a4f7c0d8b11".parse()?,
    ///     "production".parse()?,
    ///     KeyMode::Live,
    /// );
    /// let created_at = OffsetDateTime::from_unix_timestamp(1_780_315_200)?;
    /// let mut key = ApiKey::restore(of.clone(), "cha_live_qMRiH5q".parse()?, created_at)?;
    /// key.revoked_at = Some(OffsetDateTime::from_unix_timestamp(1_781_352_000)?);
    /// assert!(key.authenticates_at(created_at));
    ///
    /// assert!(ApiKey::restore(of, "cha_test_qMRiH5q".parse()?, created_at).is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn restore(
        of: NewApiKey,
        prefix: DisplayPrefix,
        created_at: OffsetDateTime,
    ) -> Result<Self, PrefixOfOtherMode> {
        if !prefix.is_of(of.mode) {
            return Err(PrefixOfOtherMode {});
        }
        Ok(Self {
            id: of.id,
            workspace_id: of.workspace_id,
            name: of.name,
            mode: of.mode,
            prefix,
            created_at,
            revoked_at: None,
            replaces: None,
        })
    }

    /// When the key stops authenticating, as a verifying node keeps it.
    #[must_use]
    pub fn expiry(&self) -> Expiry {
        self.revoked_at.into()
    }

    /// What the key is at a moment of the authority's clock (PostgreSQL's, in microseconds); the caller's own clock
    /// may differ.
    ///
    /// ```
    /// # use chaser_keys::{ApiKey, KeyMode, KeyStatus, NewApiKey, SecretEntropy};
    /// # use time::{Duration, OffsetDateTime};
    /// # let now = OffsetDateTime::UNIX_EPOCH;
    /// # let id = "68c58c43-dafc-433c-9d19-3719ab740159";
    /// # let new = NewApiKey::new(id.parse().unwrap(), id.parse().unwrap(), "ci".parse().unwrap(), KeyMode::Live);
    /// # let mut key = ApiKey::issue(new, SecretEntropy::from_bytes([0; 28]), now).key;
    /// key.revoked_at = Some(now + Duration::DAY);
    /// assert_eq!(key.status_at(now), KeyStatus::Grace { until: now + Duration::DAY });
    /// assert_eq!(key.status_at(now + Duration::DAY), KeyStatus::Revoked { since: now + Duration::DAY });
    /// ```
    #[must_use]
    pub fn status_at(&self, moment: OffsetDateTime) -> KeyStatus {
        match self.revoked_at {
            None => KeyStatus::Active,
            Some(until) if self.authenticates_at(moment) => KeyStatus::Grace { until },
            Some(since) => KeyStatus::Revoked { since },
        }
    }

    /// Whether a request that presents this key at a moment of the authority's clock is let in.
    ///
    /// ```
    /// # use chaser_keys::{ApiKey, KeyMode, NewApiKey, SecretEntropy};
    /// # use time::{Duration, OffsetDateTime};
    /// # let now = OffsetDateTime::UNIX_EPOCH;
    /// # let id = "68c58c43-dafc-433c-9d19-3719ab740159";
    /// # let new = NewApiKey::new(id.parse().unwrap(), id.parse().unwrap(), "ci".parse().unwrap(), KeyMode::Live);
    /// # let mut key = ApiKey::issue(new, SecretEntropy::from_bytes([0; 28]), now).key;
    /// assert!(key.authenticates_at(now));
    /// key.revoked_at = Some(now + Duration::HOUR);
    /// assert!(!key.authenticates_at(now + Duration::HOUR));
    /// ```
    #[must_use]
    pub fn authenticates_at(&self, moment: OffsetDateTime) -> bool {
        self.expiry().authenticates_at(moment)
    }
}
