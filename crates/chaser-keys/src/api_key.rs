//! A key's record, and what it means at a moment in time.

use time::OffsetDateTime;

use crate::{DisplayPrefix, KeyId, KeyMode, KeyName, WorkspaceId};

/// Everything the authority knows of a key but its secret.
///
/// A plain record: whoever stores it reads and writes the fields. What it *means* at a moment is told
/// by [`ApiKey::status_at`] and [`ApiKey::authenticates_at`]; how it changes, by [`ApiKey::issue`],
/// [`ApiKey::rotate`] and [`ApiKey::revoke`].
///
/// ```
/// use chaser_keys::ApiKey;
/// use time::OffsetDateTime;
///
/// let read = ApiKey {
///     id: "68c58c43-dafc-433c-9d19-3719ab740159".parse()?,
///     workspace_id: "0d9c1c5e-7a0f-4f0e-9a53-0a4f7c0d8b11".parse()?,
///     name: "production".parse()?,
///     mode: "live".parse()?,
///     prefix: "cha_live_qMRiH5q".parse()?,
///     created_at: OffsetDateTime::from_unix_timestamp(1_780_315_200)?,
///     revoked_at: None,
///     replaces: None,
/// };
/// assert!(read.authenticates_at(OffsetDateTime::from_unix_timestamp(1_781_352_000)?));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
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

/// What a key is at a moment in time.
///
/// ```
/// use chaser_keys::KeyStatus;
/// use time::OffsetDateTime;
///
/// fn told(status: KeyStatus) -> String {
///     match status {
///         KeyStatus::Active => "in use".to_owned(),
///         KeyStatus::Grace { until } => format!("works until {}", until.date()),
///         KeyStatus::Revoked { since } => format!("revoked on {}", since.date()),
///     }
/// }
/// let until = OffsetDateTime::from_unix_timestamp(1_781_352_000)?;
/// assert_eq!(told(KeyStatus::Grace { until }), "works until 2026-06-13");
/// # Ok::<(), time::error::ComponentRange>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum KeyStatus {
    /// Authenticates until somebody ends it.
    Active,
    /// Was rotated and authenticates until that moment.
    Grace {
        /// The first moment at which it no longer authenticates.
        until: OffsetDateTime,
    },
    /// Will never authenticate again.
    Revoked {
        /// The first moment at which it no longer authenticated.
        since: OffsetDateTime,
    },
}

impl KeyStatus {
    /// The word for this status in the API: `active`, `grace` or `revoked`.
    ///
    /// ```
    /// assert_eq!(chaser_keys::KeyStatus::Active.as_str(), "active");
    /// ```
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Grace { .. } => "grace",
            Self::Revoked { .. } => "revoked",
        }
    }
}

impl ApiKey {
    /// What the key is at a moment of the authority's clock (PostgreSQL's, in microseconds); one's own may differ.
    ///
    /// ```
    /// # use chaser_keys::{ApiKey, KeyMode, KeyStatus, NewApiKey, SecretEntropy};
    /// # use time::{Duration, OffsetDateTime};
    /// # let now = OffsetDateTime::UNIX_EPOCH;
    /// # let new = NewApiKey {
    /// #     id: "68c58c43-dafc-433c-9d19-3719ab740159".parse().unwrap(),
    /// #     workspace_id: "0d9c1c5e-7a0f-4f0e-9a53-0a4f7c0d8b11".parse().unwrap(),
    /// #     name: "ci".parse().unwrap(),
    /// #     mode: KeyMode::Live,
    /// # };
    /// # let mut key = ApiKey::issue(new, SecretEntropy::from_bytes([0; 28]), now).key;
    /// key.revoked_at = Some(now + Duration::DAY);
    /// assert_eq!(key.status_at(now), KeyStatus::Grace { until: now + Duration::DAY });
    /// assert_eq!(key.status_at(now + Duration::DAY), KeyStatus::Revoked { since: now + Duration::DAY });
    /// ```
    #[must_use]
    pub fn status_at(&self, moment: OffsetDateTime) -> KeyStatus {
        match self.revoked_at {
            None => KeyStatus::Active,
            Some(until) if moment < until => KeyStatus::Grace { until },
            Some(since) => KeyStatus::Revoked { since },
        }
    }

    /// Whether a request that presents this key at a moment of the authority's clock is let in.
    ///
    /// ```
    /// # use chaser_keys::{ApiKey, KeyMode, NewApiKey, SecretEntropy};
    /// # use time::{Duration, OffsetDateTime};
    /// # let now = OffsetDateTime::UNIX_EPOCH;
    /// # let new = NewApiKey {
    /// #     id: "68c58c43-dafc-433c-9d19-3719ab740159".parse().unwrap(),
    /// #     workspace_id: "0d9c1c5e-7a0f-4f0e-9a53-0a4f7c0d8b11".parse().unwrap(),
    /// #     name: "ci".parse().unwrap(),
    /// #     mode: KeyMode::Live,
    /// # };
    /// # let mut key = ApiKey::issue(new, SecretEntropy::from_bytes([0; 28]), now).key;
    /// assert!(key.authenticates_at(now));
    /// key.revoked_at = Some(now + Duration::HOUR);
    /// assert!(!key.authenticates_at(now + Duration::HOUR));
    /// ```
    #[must_use]
    pub fn authenticates_at(&self, moment: OffsetDateTime) -> bool {
        self.revoked_at.is_none_or(|revoked_at| moment < revoked_at)
    }
}
