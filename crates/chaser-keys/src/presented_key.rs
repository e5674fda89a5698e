//! A key as it stands in a request: its form was checked, and it was not copied.

use alloc::string::String;
use core::fmt;
use core::str;

use crate::checksum::is_checksum_valid;
use crate::{DisplayPrefix, KeyMode, MalformedKey, SecretKey};

/// A borrowed key, for services that verify: nothing of the secret is allocated, copied, or left to be wiped.
///
/// ```
/// use chaser_keys::{KeyMode, PresentedKey};
///
/// let presented = PresentedKey::parse(b"cha_live_UDA2HG67cZ5GR8sQf66LUAhyQ8sMMTLDrqtaJ_r9UoQ")?;
/// assert_eq!(presented.mode(), KeyMode::Live);
/// assert_eq!(presented.display_prefix(), "cha_live_UDA2HG6");
/// assert!(PresentedKey::parse(b"cha_live_too_short").is_err());
/// # Ok::<(), chaser_keys::MalformedKey>(())
/// ```
#[derive(Clone, Copy)]
pub struct PresentedKey<'a> {
    mode: KeyMode,
    /// The mode's prefix and base64url. Bytes: making a `str` of them takes half as long as the check itself.
    characters: &'a [u8],
}

impl<'a> PresentedKey<'a> {
    /// Checks the form: the prefix, 43 base64url characters, and no more. Whether the key exists, and whether
    /// its checksum fits, are other questions.
    ///
    /// # Errors
    /// [`MalformedKey`] for everything that no key can be.
    pub fn parse(presented: &'a [u8]) -> Result<Self, MalformedKey> {
        // An array first: a known length makes the check faster.
        let characters: &[u8; SecretKey::LENGTH] = presented.try_into().map_err(|_| MalformedKey {})?;
        let (mode, encoded) = KeyMode::strip_secret_prefix(characters).ok_or(MalformedKey {})?;
        if is_canonical_base64url_of_32_bytes(encoded) {
            Ok(Self { mode, characters })
        } else {
            Err(MalformedKey {})
        }
    }

    /// A secret whose form was checked before.
    pub(crate) const fn of_checked(mode: KeyMode, text: &'a str) -> Self {
        Self { mode, characters: text.as_bytes() }
    }

    /// Live or test, as the key itself says.
    #[must_use]
    pub const fn mode(self) -> KeyMode {
        self.mode
    }

    /// The first 16 characters: all that may be logged or shown of a key.
    #[must_use]
    pub fn display_prefix(self) -> DisplayPrefix {
        DisplayPrefix::of_key(self)
    }

    /// Whether the checksum fits, which tells an issued key from a typo offline.
    ///
    /// Information, not a gate: a key that was imported has no checksum and still authenticates if it is known.
    ///
    /// ```
    /// use chaser_keys::PresentedKey;
    ///
    /// let issued = PresentedKey::try_from("cha_test_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAANheLBA")?;
    /// assert!(issued.has_valid_checksum());
    /// let imported = PresentedKey::try_from("cha_live_UDA2HG67cZ5GR8sQf66LUAhyQ8sMMTLDrqtaJ_r9UoQ")?;
    /// assert!(!imported.has_valid_checksum());
    /// # Ok::<(), chaser_keys::MalformedKey>(())
    /// ```
    #[must_use]
    pub fn has_valid_checksum(self) -> bool {
        is_checksum_valid(self.mode, &self.characters[self.mode.secret_prefix().len()..])
    }

    /// The secret itself. Never log, display or store it.
    #[must_use]
    pub fn expose(self) -> &'a str {
        // Always ASCII: the form was checked.
        str::from_utf8(self.characters).unwrap_or_default()
    }

    /// The first of its characters, copied. They are ASCII.
    pub(crate) fn copy_of(self, characters: usize) -> String {
        let mut copy = String::with_capacity(characters);
        copy.extend(self.characters.iter().take(characters).map(|byte| char::from(*byte)));
        copy
    }

    pub(crate) const fn characters(self) -> &'a [u8] {
        self.characters
    }
}

impl<'a> TryFrom<&'a [u8]> for PresentedKey<'a> {
    type Error = MalformedKey;

    fn try_from(presented: &'a [u8]) -> Result<Self, MalformedKey> {
        Self::parse(presented)
    }
}

impl<'a> TryFrom<&'a str> for PresentedKey<'a> {
    type Error = MalformedKey;

    fn try_from(presented: &'a str) -> Result<Self, MalformedKey> {
        Self::parse(presented.as_bytes())
    }
}

impl<'a> From<&'a SecretKey> for PresentedKey<'a> {
    fn from(secret: &'a SecretKey) -> Self {
        secret.as_presented()
    }
}

impl fmt::Debug for PresentedKey<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "PresentedKey({}redacted)", self.mode.secret_prefix())
    }
}

/// RFC 4648 §5 and §3.5: 32 bytes are 43 characters, and the last of them has two spare bits, which are zero.
/// Not in constant time: the client knows the characters it presents, and nothing is compared with a secret here.
fn is_canonical_base64url_of_32_bytes(encoded: &[u8]) -> bool {
    let Some((last, _)) = encoded.split_last() else { return false };
    // Without a branch for each character: nearly every key that is presented is well-formed.
    let all = encoded.iter().fold(0, |all, byte| all | VALUES[usize::from(*byte)]);
    all < 64 && VALUES[usize::from(*last)].trailing_zeros() >= 2
}

/// Whether a byte is one of base64url's 64 characters.
pub(crate) fn is_base64url(byte: u8) -> bool {
    VALUES[usize::from(byte)] < 64
}

/// The value of each base64url character; 255 for every other byte.
const VALUES: [u8; 256] = {
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut values = [255; 256];
    let mut value = 0;
    while value < 64 {
        values[alphabet[value as usize] as usize] = value;
        value += 1;
    }
    values
};

#[cfg(test)]
mod tests {
    use base64ct::{Base64UrlUnpadded, Encoding};
    use proptest::prelude::*;

    use super::*;

    fn is_decodable(encoded: &str) -> bool {
        let mut bytes = [0; 32];
        Base64UrlUnpadded::decode(encoded, &mut bytes).is_ok_and(|decoded| decoded.len() == 32)
    }

    proptest! {
        #[test]
        fn the_form_is_that_of_a_decoder(encoded in "[A-Za-z0-9_-]{43}") {
            let presented = format!("cha_live_{encoded}");
            prop_assert_eq!(PresentedKey::parse(presented.as_bytes()).is_ok(), is_decodable(&encoded));
        }

        #[test]
        fn a_byte_that_is_no_base64url_is_found_wherever_it_stands(place in 9..52_usize, byte: u8) {
            let mut presented = *b"cha_test_UDA2HG67cZ5GR8sQf66LUAhyQ8sMMTLDrqtaJ_r9UoQ";
            presented[place] = byte;
            let decodable = str::from_utf8(&presented[9..]).is_ok_and(is_decodable);
            prop_assert_eq!(PresentedKey::parse(&presented).is_ok(), decodable);
        }
    }

    #[test]
    fn debug_shows_nothing_of_the_secret() {
        let presented = PresentedKey::parse(b"cha_live_UDA2HG67cZ5GR8sQf66LUAhyQ8sMMTLDrqtaJ_r9UoQ");
        assert_eq!(format!("{presented:?}"), "Ok(PresentedKey(cha_live_redacted))");
    }
}
