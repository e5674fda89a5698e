//! The address that a user signs in with.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// An e-mail address: trimmed, lower-cased, at most 254 bytes (RFC 5321 §4.5.3), one `@` with something on
/// both sides, nothing unprintable. Whether mail arrives there is not checked.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct EmailAddress(String);

/// A text that is not an e-mail address.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
#[error("write an e-mail address such as ada@example.com, at most 254 bytes long")]
pub struct InvalidEmailAddress;

impl EmailAddress {
    /// The address as it is stored and compared.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for EmailAddress {
    type Err = InvalidEmailAddress;

    fn from_str(text: &str) -> Result<Self, InvalidEmailAddress> {
        // Length first, so that a megabyte is refused before it is lower-cased.
        let text = text.trim();
        let parts = text.split_once('@').filter(|_| text.len() <= 254);
        let (local, domain) = parts.ok_or(InvalidEmailAddress)?;
        let printable = !text.chars().any(|character| character.is_control() || character.is_whitespace());
        if !printable || local.is_empty() || domain.is_empty() || domain.contains('@') {
            return Err(InvalidEmailAddress);
        }
        // Lower case can take more bytes, as of "İ".
        let lower_case = text.to_lowercase();
        if lower_case.len() <= 254 { Ok(Self(lower_case)) } else { Err(InvalidEmailAddress) }
    }
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_follow_the_table() {
        let table = [
            (" Ada@Example.COM ", Ok("ada@example.com")),
            ("ada", Err(InvalidEmailAddress)),
            ("@example.com", Err(InvalidEmailAddress)),
            ("ada@", Err(InvalidEmailAddress)),
            ("ada@x@y", Err(InvalidEmailAddress)),
            ("a da@x", Err(InvalidEmailAddress)),
            ("ada\0@x", Err(InvalidEmailAddress)),
        ];
        for (text, expected) in table {
            let parsed = text.parse::<EmailAddress>();
            assert_eq!(
                parsed.as_ref().map(EmailAddress::as_str).map_err(|error| *error),
                expected,
                "{text:?}"
            );
        }
        for long in [format!("{}@x", "a".repeat(253)), format!("{}@x.de", "İ".repeat(110))] {
            assert!(long.parse::<EmailAddress>().is_err());
        }
    }
}
