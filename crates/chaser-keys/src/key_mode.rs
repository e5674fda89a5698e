//! Live or test: what a key may do, as its first nine characters say.

use core::error::Error;
use core::fmt;
use core::str::FromStr;

/// Whether a key acts on production or in test mode.
///
/// Closed on purpose: a third mode would be a decision for every service, which the compiler should ask for.
///
/// ```
/// use chaser_keys::KeyMode;
///
/// assert_eq!(KeyMode::Live.secret_prefix(), "cha_live_");
/// assert_eq!("test".parse::<KeyMode>()?, KeyMode::Test);
/// assert_eq!(KeyMode::ALL.map(KeyMode::as_str), ["live", "test"]);
/// # Ok::<(), chaser_keys::InvalidKeyMode>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum KeyMode {
    /// Production: requests are served and billed.
    Live,
    /// Test mode: requests are answered but provision nothing.
    Test,
}

impl KeyMode {
    /// Every mode.
    pub const ALL: [Self; 2] = [Self::Live, Self::Test];

    /// The word for this mode in the API and in the database: `live` or `test`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Test => "test",
        }
    }

    /// The nine characters every key of this mode begins with.
    #[must_use]
    pub const fn secret_prefix(self) -> &'static str {
        match self {
            Self::Live => "cha_live_",
            Self::Test => "cha_test_",
        }
    }

    /// Splits a presented string into its mode and what follows the prefix.
    pub(crate) fn strip_secret_prefix(presented: &[u8]) -> Option<(Self, &[u8])> {
        Self::ALL
            .into_iter()
            .find_map(|mode| presented.strip_prefix(mode.secret_prefix().as_bytes()).map(|rest| (mode, rest)))
    }
}

impl AsRef<str> for KeyMode {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl fmt::Display for KeyMode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

/// A word that is not a mode.
///
/// ```
/// use chaser_keys::KeyMode;
///
/// let error = "production".parse::<KeyMode>().unwrap_err();
/// assert_eq!(error.to_string(), "the mode of a key is \"live\" or \"test\"");
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct InvalidKeyMode {}

impl fmt::Display for InvalidKeyMode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the mode of a key is \"live\" or \"test\"")
    }
}

impl Error for InvalidKeyMode {}

impl FromStr for KeyMode {
    type Err = InvalidKeyMode;

    fn from_str(text: &str) -> Result<Self, InvalidKeyMode> {
        Self::ALL.into_iter().find(|mode| mode.as_str() == text).ok_or(InvalidKeyMode {})
    }
}

impl TryFrom<&str> for KeyMode {
    type Error = InvalidKeyMode;

    fn try_from(text: &str) -> Result<Self, InvalidKeyMode> {
        text.parse()
    }
}
