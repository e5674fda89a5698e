//! Live or test: what a key may do, told by its first nine characters.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// Whether a key acts on production or in test mode.
///
/// ```
/// use chaser_keys::KeyMode;
///
/// assert_eq!(KeyMode::Live.secret_prefix(), "cha_live_");
/// assert_eq!("test".parse::<KeyMode>()?, KeyMode::Test);
/// # Ok::<(), chaser_keys::InvalidKeyMode>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum KeyMode {
    /// Production: requests are served and billed.
    Live,
    /// Test mode: requests are answered but provision nothing.
    Test,
}

impl KeyMode {
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
        [Self::Live, Self::Test]
            .into_iter()
            .find_map(|mode| presented.strip_prefix(mode.secret_prefix().as_bytes()).map(|rest| (mode, rest)))
    }
}

impl fmt::Display for KeyMode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// A word that is not a mode.
///
/// ```
/// use chaser_keys::{InvalidKeyMode, KeyMode};
///
/// assert_eq!("production".parse::<KeyMode>(), Err(InvalidKeyMode));
/// ```
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
#[error("the mode of a key is \"live\" or \"test\"")]
pub struct InvalidKeyMode;

impl FromStr for KeyMode {
    type Err = InvalidKeyMode;

    fn from_str(text: &str) -> Result<Self, InvalidKeyMode> {
        match text {
            "live" => Ok(Self::Live),
            "test" => Ok(Self::Test),
            _ => Err(InvalidKeyMode),
        }
    }
}
