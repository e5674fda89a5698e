//! A pepper: the secret that makes a stolen database useless.

use core::error::Error;
use core::fmt;
use core::str::FromStr;

use zeroize::{ZeroizeOnDrop, Zeroizing};

use crate::prepared_hmac::PreparedHmac;
use crate::{InvalidPepperId, KeyDigest, PepperFingerprint, PepperId, PresentedKey, SecretKey};

/// One pepper: an id, and a 256-bit key for HMAC-SHA256 (RFC 2104) prepared once.
///
/// ```
/// use chaser_keys::Pepper;
///
/// let pepper: Pepper = format!("p1:{}", "5a".repeat(32)).parse()?;
/// assert_eq!(*pepper.id(), "p1");
/// assert_eq!(format!("{pepper:?}"), "Pepper(p1, redacted)");
/// # Ok::<(), chaser_keys::InvalidPepper>(())
/// ```
#[derive(Clone)]
pub struct Pepper {
    id: PepperId,
    keyed: PreparedHmac,
    fingerprint: PepperFingerprint,
}

/// Why a text is no pepper. The text is not repeated.
///
/// ```
/// use chaser_keys::{InvalidPepper, Pepper};
///
/// assert_eq!("p1".parse::<Pepper>().unwrap_err(), InvalidPepper::MissingColon);
/// assert_eq!("p1:5a5a".parse::<Pepper>().unwrap_err(), InvalidPepper::InvalidKey);
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum InvalidPepper {
    /// No colon between id and key.
    MissingColon,
    /// What stands before the colon is no id.
    InvalidId(InvalidPepperId),
    /// What stands after the colon is not 64 hex digits.
    InvalidKey,
}

impl fmt::Display for InvalidPepper {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MissingColon => {
                formatter.write_str("write a pepper as id:key, for example \"2026-11:\" and 64 hex digits")
            }
            Self::InvalidId(invalid) => invalid.fmt(formatter),
            Self::InvalidKey => formatter.write_str(
                "a pepper's key is 64 hex digits (32 random bytes: `openssl rand -hex 32` makes them)",
            ),
        }
    }
}

/// No `source`: the message of an invalid id is this error's own.
impl Error for InvalidPepper {}

impl From<InvalidPepperId> for InvalidPepper {
    fn from(invalid: InvalidPepperId) -> Self {
        Self::InvalidId(invalid)
    }
}

impl Pepper {
    /// A pepper from its id and its 32-byte key.
    ///
    /// ```
    /// use chaser_keys::Pepper;
    ///
    /// let pepper = Pepper::new("p1".parse()?, &[0x5a; 32]);
    /// let same: Pepper = format!("p1:{}", "5a".repeat(32)).parse()?;
    /// assert_eq!(pepper.fingerprint(), same.fingerprint());
    /// # Ok::<(), chaser_keys::InvalidPepper>(())
    /// ```
    #[must_use]
    pub fn new(id: PepperId, key: &[u8; 32]) -> Self {
        let keyed = PreparedHmac::new(key);
        let fingerprint = PepperFingerprint::of(&id, &keyed);
        Self { id, keyed, fingerprint }
    }

    /// The id that is stored with every digest of this pepper.
    #[must_use]
    pub const fn id(&self) -> &PepperId {
        &self.id
    }

    /// The digest to look a presented key up by. To store a new key, use
    /// [`Peppers::digest_to_store`](crate::Peppers::digest_to_store).
    ///
    /// ```
    /// use chaser_keys::{Pepper, PresentedKey};
    ///
    /// let pepper = Pepper::new("p1".parse().unwrap(), &[1; 32]);
    /// let presented = PresentedKey::parse(b"cha_live_UDA2HG67cZ5GR8sQf66LUAhyQ8sMMTLDrqtaJ_r9UoQ")?;
    /// let digest = pepper.digest_presented(presented);
    /// assert!(digest.matches(&pepper.digest_presented(presented)));
    /// # Ok::<(), chaser_keys::MalformedKey>(())
    /// ```
    #[must_use]
    pub fn digest_presented<'a>(&self, key: impl Into<PresentedKey<'a>>) -> KeyDigest {
        KeyDigest::from_bytes(self.keyed.digest(key.into().characters()))
    }

    /// The same digest, leaving nothing of the key behind in memory.
    pub(crate) fn digest_to_store(&self, key: &SecretKey) -> KeyDigest {
        KeyDigest::from_bytes(self.keyed.digest_and_wipe(key.expose().as_bytes()))
    }

    /// Equal on every node that holds this pepper under this id, and on no other.
    #[must_use]
    pub const fn fingerprint(&self) -> PepperFingerprint {
        self.fingerprint
    }
}

impl FromStr for Pepper {
    type Err = InvalidPepper;

    fn from_str(text: &str) -> Result<Self, InvalidPepper> {
        let (id, key) = text.split_once(':').ok_or(InvalidPepper::MissingColon)?;
        let id = id.parse()?;
        let mut bytes = Zeroizing::new([0; 32]);
        decode_hex(key, &mut bytes).ok_or(InvalidPepper::InvalidKey)?;
        Ok(Self::new(id, &bytes))
    }
}

impl TryFrom<&str> for Pepper {
    type Error = InvalidPepper;

    fn try_from(text: &str) -> Result<Self, InvalidPepper> {
        text.parse()
    }
}

/// Fills `bytes` from exactly 64 hex digits of either case.
fn decode_hex(digits: &str, bytes: &mut [u8; 32]) -> Option<()> {
    if digits.len() != 64 {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(digits.as_bytes().chunks_exact(2)) {
        let high = char::from(pair[0]).to_digit(16)?;
        let low = char::from(pair[1]).to_digit(16)?;
        *byte = u8::try_from(high << 4 | low).ok()?;
    }
    Some(())
}

impl fmt::Debug for Pepper {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Pepper({}, redacted)", self.id)
    }
}

/// The prepared key wipes itself.
impl ZeroizeOnDrop for Pepper {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_is_hmac_sha256_of_the_presented_string() {
        // printf %s "$KEY" | openssl dgst -sha256 -mac HMAC -macopt hexkey:000102…1f
        let key: [u8; 32] = std::array::from_fn(|index| u8::try_from(index).unwrap());
        let pepper = Pepper::new("p".parse().unwrap(), &key);
        let presented = PresentedKey::parse(b"cha_live_UDA2HG67cZ5GR8sQf66LUAhyQ8sMMTLDrqtaJ_r9UoQ").unwrap();
        let halves = [0xfd53_e8cc_0b3f_6c09_529f_4e28_1f65_3a41, 0xab17_0e0b_551d_62f5_946a_b410_6768_b5de];
        let expected = halves.map(u128::to_be_bytes);
        assert_eq!(pepper.digest_presented(presented).as_bytes(), expected.as_flattened());
    }

    #[test]
    fn what_is_no_pepper_is_refused_without_being_repeated() {
        let digits = "5a".repeat(32);
        let table = [
            (digits.clone(), InvalidPepper::MissingColon),
            (format!(":{digits}"), InvalidPepper::InvalidId(InvalidPepperId {})),
            (format!("a b:{digits}"), InvalidPepper::InvalidId(InvalidPepperId {})),
            (format!("{}:{digits}", "i".repeat(33)), InvalidPepper::InvalidId(InvalidPepperId {})),
            ("p1:".to_owned(), InvalidPepper::InvalidKey),
            ("p1:5a5a".to_owned(), InvalidPepper::InvalidKey),
            (format!("p1:{digits}00"), InvalidPepper::InvalidKey),
            (format!("p1:+5{}", &digits[2..]), InvalidPepper::InvalidKey),
            (format!("p1:é{}", &digits[2..]), InvalidPepper::InvalidKey),
        ];
        for (text, expected) in table {
            let error = text.parse::<Pepper>().unwrap_err();
            assert_eq!(error, expected, "{text}");
            assert!(!error.to_string().contains("5a5a"));
        }
    }
}
