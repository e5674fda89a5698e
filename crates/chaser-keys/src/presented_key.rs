//! A key as it stands in a request: its form was checked, and it was not copied.

use std::fmt;

use crate::{KeyMode, MalformedKey, SecretKey};

/// A borrowed key, for those who verify: nothing of the secret is allocated, copied, or left to be wiped.
///
/// ```
/// use chaser_keys::{KeyMode, PresentedKey};
///
/// let presented = PresentedKey::parse(b"cha_live_UDA2HG67cZ5GR8sQf66LUAhyQ8sMMTLDrqtaJ_r9UoQ")?;
/// assert_eq!(presented.mode(), KeyMode::Live);
/// assert!(PresentedKey::parse(b"cha_live_too_short").is_err());
/// # Ok::<(), chaser_keys::MalformedKey>(())
/// ```
#[derive(Clone, Copy)]
pub struct PresentedKey<'a> {
    mode: KeyMode,
    /// The mode's prefix and base64url.
    characters: &'a [u8; SecretKey::LENGTH],
}

impl<'a> PresentedKey<'a> {
    /// Checks the form: the prefix, 43 base64url characters, and no more. Whether the key exists, and whether
    /// its checksum holds, is another question.
    ///
    /// # Errors
    /// [`MalformedKey`] for everything that no key can be.
    pub fn parse(presented: &'a [u8]) -> Result<Self, MalformedKey> {
        let characters: &[u8; SecretKey::LENGTH] = presented.try_into().map_err(|_| MalformedKey)?;
        let (mode, encoded) = KeyMode::strip_secret_prefix(characters).ok_or(MalformedKey)?;
        if is_canonical_base64url_of_32_bytes(encoded) {
            Ok(Self { mode, characters })
        } else {
            Err(MalformedKey)
        }
    }

    /// Live or test, as the key itself says.
    #[must_use]
    pub const fn mode(self) -> KeyMode {
        self.mode
    }

    /// The secret itself. Never log, display or store it.
    #[must_use]
    pub const fn expose(self) -> &'a str {
        // ASCII, always.
        match std::str::from_utf8(self.characters) {
            Ok(text) => text,
            Err(_) => "",
        }
    }

    /// Its characters.
    pub(crate) const fn characters(self) -> &'a [u8; SecretKey::LENGTH] {
        self.characters
    }
}

impl<'a> From<&'a SecretKey> for PresentedKey<'a> {
    fn from(secret: &'a SecretKey) -> Self {
        // As many as every key has.
        let characters = secret.expose().as_bytes().first_chunk().unwrap_or(&[0; SecretKey::LENGTH]);
        Self { mode: secret.mode(), characters }
    }
}

impl fmt::Debug for PresentedKey<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "PresentedKey({}redacted)", self.mode.secret_prefix())
    }
}

/// RFC 4648 §5 and §3.5: 32 bytes are 43 characters, and the last of them has two spare bits, which are zero.
/// Not in constant time: whoever presents the characters knows them, and nothing is compared with a secret here.
fn is_canonical_base64url_of_32_bytes(encoded: &[u8]) -> bool {
    let Some((last, _)) = encoded.split_last() else { return false };
    // All of them in one go without a branch for each: nearly every key that is presented is one.
    let all = encoded.iter().fold(0, |all, byte| all | VALUES[usize::from(*byte)]);
    all < 64 && VALUES[usize::from(*last)].trailing_zeros() >= 2
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
            let decodable = std::str::from_utf8(&presented[9..]).is_ok_and(is_decodable);
            prop_assert_eq!(PresentedKey::parse(&presented).is_ok(), decodable);
        }
    }

    #[test]
    fn debug_shows_nothing_of_the_secret() {
        let presented = PresentedKey::parse(b"cha_live_UDA2HG67cZ5GR8sQf66LUAhyQ8sMMTLDrqtaJ_r9UoQ");
        assert_eq!(format!("{presented:?}"), "Ok(PresentedKey(cha_live_redacted))");
    }
}
