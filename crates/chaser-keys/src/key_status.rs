//! What a key is at a moment in time.

use core::fmt;

use time::OffsetDateTime;

/// What a key is at a moment in time: [`ApiKey::status_at`](crate::ApiKey::status_at) says which.
///
/// A status that is not listed here is to be treated as one that does not authenticate.
///
/// ```
/// use chaser_keys::KeyStatus;
/// use time::OffsetDateTime;
///
/// fn sentence(status: KeyStatus) -> String {
///     match status {
///         KeyStatus::Active => "in use".to_owned(),
///         KeyStatus::Grace { until } => format!("works until {}", until.date()),
///         KeyStatus::Revoked { since } => format!("revoked on {}", since.date()),
///         other => other.to_string(),
///     }
/// }
/// let until = OffsetDateTime::from_unix_timestamp(1_781_352_000)?;
/// assert_eq!(sentence(KeyStatus::Grace { until }), "works until 2026-06-13");
/// # Ok::<(), time::error::ComponentRange>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum KeyStatus {
    /// Authenticates until it is ended.
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

    /// Whether a key with this status authenticates.
    ///
    /// ```
    /// use chaser_keys::KeyStatus;
    /// use time::OffsetDateTime;
    ///
    /// assert!(KeyStatus::Grace { until: OffsetDateTime::UNIX_EPOCH }.authenticates());
    /// assert!(!KeyStatus::Revoked { since: OffsetDateTime::UNIX_EPOCH }.authenticates());
    /// ```
    #[must_use]
    pub const fn authenticates(self) -> bool {
        match self {
            Self::Active | Self::Grace { .. } => true,
            Self::Revoked { .. } => false,
        }
    }
}

/// The word, as [`KeyStatus::as_str`].
impl fmt::Display for KeyStatus {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}
