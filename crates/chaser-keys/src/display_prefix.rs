//! The part of a key that may be shown.

use alloc::string::String;
use core::error::Error;
use core::fmt;

use crate::presented_key::is_base64url;
use crate::text_value::text_value;
use crate::{KeyMode, PresentedKey};

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
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct DisplayPrefix(String);

/// A text that no key begins with.
///
/// ```
/// use chaser_keys::DisplayPrefix;
///
/// let error = "cha_prod_qMRiH5q".parse::<DisplayPrefix>().unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "a display prefix is the first 16 characters of a key: cha_live_ or cha_test_ and 7 of base64url",
/// );
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct InvalidDisplayPrefix {}

impl fmt::Display for InvalidDisplayPrefix {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(
            "a display prefix is the first 16 characters of a key: cha_live_ or cha_test_ and 7 of base64url",
        )
    }
}

impl Error for InvalidDisplayPrefix {}

impl DisplayPrefix {
    /// Characters in a display prefix.
    pub const LENGTH: usize = 16;

    pub(crate) fn of_key(key: PresentedKey<'_>) -> Self {
        Self(key.copy_of(Self::LENGTH))
    }

    /// The 16 characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether a key of this mode begins like this.
    pub(crate) fn is_of(&self, mode: KeyMode) -> bool {
        self.0.starts_with(mode.secret_prefix())
    }

    fn check(text: &str) -> Result<&str, InvalidDisplayPrefix> {
        let (_, shown) = KeyMode::strip_secret_prefix(text.as_bytes()).ok_or(InvalidDisplayPrefix {})?;
        if text.len() == Self::LENGTH && shown.iter().copied().all(is_base64url) {
            Ok(text)
        } else {
            Err(InvalidDisplayPrefix {})
        }
    }
}

text_value!(DisplayPrefix, InvalidDisplayPrefix);
