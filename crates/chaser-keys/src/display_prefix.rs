//! The part of a key that may be shown.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use crate::KeyMode;

/// The first 16 characters of a key, such as `cha_live_qMRiH5q`: enough for a person to recognise it,
/// 42 of its 224 random bits.
///
/// ```
/// use chaser_keys::DisplayPrefix;
///
/// let prefix: DisplayPrefix = "cha_live_qMRiH5q".parse()?;
/// assert_eq!(prefix.as_str(), "cha_live_qMRiH5q");
/// assert!("sk_live_qMRiH5qx".parse::<DisplayPrefix>().is_err());
/// # Ok::<(), chaser_keys::InvalidDisplayPrefix>(())
/// ```
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct DisplayPrefix(String);

/// A text that no key begins with.
///
/// ```
/// use chaser_keys::{DisplayPrefix, InvalidDisplayPrefix};
///
/// assert_eq!("cha_prod_qMRiH5q".parse::<DisplayPrefix>(), Err(InvalidDisplayPrefix));
/// ```
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
#[error("a display prefix is the first 16 characters of a key: cha_live_ or cha_test_ and 7 of base64url")]
pub struct InvalidDisplayPrefix;

impl DisplayPrefix {
    /// Characters in a display prefix.
    pub const LENGTH: usize = 16;

    /// Cuts the prefix off a secret that is known to be well-formed.
    pub(crate) fn of_secret(secret: &str) -> Self {
        Self(secret[..Self::LENGTH].to_owned())
    }

    /// The 16 characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for DisplayPrefix {
    type Err = InvalidDisplayPrefix;

    fn from_str(text: &str) -> Result<Self, InvalidDisplayPrefix> {
        let (_, shown) = KeyMode::strip_secret_prefix(text.as_bytes()).ok_or(InvalidDisplayPrefix)?;
        let is_base64url = shown.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(byte));
        if text.len() == Self::LENGTH && is_base64url {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidDisplayPrefix)
        }
    }
}

impl fmt::Display for DisplayPrefix {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}
