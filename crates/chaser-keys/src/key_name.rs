//! What people call a key.

use alloc::string::String;
use core::error::Error;
use core::fmt;

use crate::SecretKey;
use crate::text_value::text_value;

/// A key's name: 1 to 100 characters after trimming, at most 400 bytes, safe to print in one line.
///
/// Names are for people and need not be unique. Control characters would break logs and tables;
/// bidirectional overrides would let one name pass for another (CVE-2021-42574).
///
/// ```
/// use chaser_keys::KeyName;
///
/// let name: KeyName = "  production-scraper ".parse()?;
/// assert_eq!(name.as_str(), "production-scraper");
/// assert!("ci\u{202e}e2e".parse::<KeyName>().is_err());
/// # Ok::<(), chaser_keys::InvalidKeyName>(())
/// ```
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct KeyName(String);

/// Why a text cannot name a key.
///
/// ```
/// use chaser_keys::{InvalidKeyName, KeyName};
///
/// assert_eq!(" ".parse::<KeyName>(), Err(InvalidKeyName::Empty));
/// assert_eq!("n".repeat(101).parse::<KeyName>(), Err(InvalidKeyName::TooLong));
/// assert_eq!("two\nlines".parse::<KeyName>(), Err(InvalidKeyName::ForbiddenCharacter));
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum InvalidKeyName {
    /// Nothing is left after trimming.
    Empty,
    /// More than [`KeyName::MAX_CHARACTERS`] or [`KeyName::MAX_BYTES`].
    TooLong,
    /// A control character, a line separator or a bidirectional override.
    ForbiddenCharacter,
    /// A key's secret, pasted into the wrong field: names are stored and shown.
    Secret,
}

impl fmt::Display for InvalidKeyName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Empty => "give the key a name, for example \"production-scraper\"",
            Self::TooLong => "a key's name has at most 100 characters (400 bytes in UTF-8)",
            Self::ForbiddenCharacter => {
                "a key's name has no control characters, line breaks or text-direction overrides"
            }
            Self::Secret => {
                "that is an API key, not a name for one: keep it secret, and write a name such as \"production\""
            }
        })
    }
}

impl Error for InvalidKeyName {}

impl KeyName {
    /// The longest name, in Unicode scalar values.
    pub const MAX_CHARACTERS: usize = 100;
    /// The longest name, in bytes of UTF-8.
    pub const MAX_BYTES: usize = 400;

    /// The name, trimmed.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn check(text: &str) -> Result<&str, InvalidKeyName> {
        let trimmed = text.trim();
        if trimmed.is_empty() {
            return Err(InvalidKeyName::Empty);
        }
        // Bytes first: a megabyte is refused without being read.
        if trimmed.len() > Self::MAX_BYTES || trimmed.chars().count() > Self::MAX_CHARACTERS {
            return Err(InvalidKeyName::TooLong);
        }
        if trimmed.chars().any(is_forbidden) {
            return Err(InvalidKeyName::ForbiddenCharacter);
        }
        if SecretKey::occurs_in(trimmed) {
            return Err(InvalidKeyName::Secret);
        }
        Ok(trimmed)
    }
}

/// Whether a character may not stand in a name.
fn is_forbidden(character: char) -> bool {
    let separates_lines = matches!(character, '\u{2028}' | '\u{2029}');
    let overrides_direction = matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    character.is_control() || separates_lines || overrides_direction
}

text_value!(KeyName, InvalidKeyName);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_the_table() {
        let hundred = "n".repeat(100);
        let widest = "🔑".repeat(100);
        let table: &[(&str, Result<&str, InvalidKeyName>)] = &[
            ("production", Ok("production")),
            ("\t staging monitor \n", Ok("staging monitor")),
            ("<img onerror=alert(1)>", Ok("<img onerror=alert(1)>")),
            ("clé de test", Ok("clé de test")),
            (&hundred, Ok(&hundred)),
            (&widest, Ok(&widest)),
            ("", Err(InvalidKeyName::Empty)),
            (" \u{a0}\u{3000} ", Err(InvalidKeyName::Empty)),
            ("a\0b", Err(InvalidKeyName::ForbiddenCharacter)),
            ("a\nb", Err(InvalidKeyName::ForbiddenCharacter)),
            ("a\u{85}b", Err(InvalidKeyName::ForbiddenCharacter)),
            ("a\u{2028}b", Err(InvalidKeyName::ForbiddenCharacter)),
            ("a\u{202e}b", Err(InvalidKeyName::ForbiddenCharacter)),
            ("a\u{2066}b", Err(InvalidKeyName::ForbiddenCharacter)),
            ("cha_live_UDA2HG67cZ5GR8sQf66LUAhyQ8sMMTLDrqtaJ_r9UoQ", Err(InvalidKeyName::Secret)),
            ("old cha_test_UDA2HG67cZ5GR8sQf66LUAhyQ8sMMTLDrqtaJ_r9UoQ!", Err(InvalidKeyName::Secret)),
        ];
        for (text, expected) in table {
            let named = text.parse::<KeyName>();
            assert_eq!(named.as_ref().map(KeyName::as_str).map_err(|error| *error), *expected, "{text:?}");
        }
    }

    #[test]
    fn a_name_of_101_characters_is_too_long() {
        assert_eq!("n".repeat(101).parse::<KeyName>(), Err(InvalidKeyName::TooLong));
    }
}
