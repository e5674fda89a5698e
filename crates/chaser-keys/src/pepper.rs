//! A pepper: the secret that makes a stolen database useless.

use std::fmt;
use std::str::FromStr;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use thiserror::Error;
use zeroize::Zeroizing;

use crate::prepared_hmac::PreparedHmac;
use crate::{KeyDigest, PresentedKey, SecretKey};

/// Names a pepper, so that each digest can say which one made it: 1 to 32 of `a-z A-Z 0-9 - _ .`.
///
/// ```
/// use chaser_keys::PepperId;
///
/// assert_eq!("2026-11".parse::<PepperId>()?.as_str(), "2026-11");
/// assert!("no spaces".parse::<PepperId>().is_err());
/// # Ok::<(), chaser_keys::InvalidPepper>(())
/// ```
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct PepperId(String);

impl PepperId {
    /// The longest id, in characters.
    pub const MAX_LENGTH: usize = 32;

    /// The id as it is configured and stored.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PepperId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// Why a text is no pepper. The text is not repeated.
///
/// ```
/// use chaser_keys::{InvalidPepper, Pepper};
///
/// assert_eq!("p1".parse::<Pepper>().unwrap_err(), InvalidPepper::MissingColon);
/// assert_eq!("p1:5a5a".parse::<Pepper>().unwrap_err(), InvalidPepper::InvalidKey);
/// ```
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
#[non_exhaustive]
pub enum InvalidPepper {
    /// No colon between id and key.
    #[error("write a pepper as id:key, for example \"2026-11:\" and 64 hex digits")]
    MissingColon,
    /// An id that is empty, too long or has other characters.
    #[error("a pepper's id is 1 to 32 of the characters a-z, A-Z, 0-9, '-', '_' and '.'")]
    InvalidId,
    /// A key that is not 64 hex digits.
    #[error("a pepper's key is 64 hex digits (32 random bytes: `openssl rand -hex 32` makes them)")]
    InvalidKey,
}

impl FromStr for PepperId {
    type Err = InvalidPepper;

    fn from_str(text: &str) -> Result<Self, InvalidPepper> {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
        if (1..=Self::MAX_LENGTH).contains(&text.len()) && text.bytes().all(allowed) {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidPepper::InvalidId)
        }
    }
}

/// One pepper: an id, and a 256-bit key for HMAC-SHA256 (RFC 2104) prepared once.
///
/// ```
/// use chaser_keys::Pepper;
///
/// let pepper: Pepper = format!("p1:{}", "5a".repeat(32)).parse()?;
/// assert_eq!(pepper.id().as_str(), "p1");
/// assert_eq!(format!("{pepper:?}"), "Pepper(p1, redacted)");
/// # Ok::<(), chaser_keys::InvalidPepper>(())
/// ```
#[derive(Clone)]
pub struct Pepper {
    id: PepperId,
    keyed: PreparedHmac,
    fingerprint: PepperFingerprint,
}

/// Proves that two nodes hold the same pepper under the same id, without telling anything of it: the 32 bytes of
/// HMAC-SHA256, under the pepper, of a fixed text and the id.
///
/// ```
/// use chaser_keys::{Pepper, PepperId};
///
/// let id: PepperId = "p1".parse()?;
/// let here = Pepper::new(id.clone(), &[1; 32]);
/// let there = Pepper::new(id, &[2; 32]);
/// assert_ne!(here.fingerprint(), there.fingerprint());
/// # Ok::<(), chaser_keys::InvalidPepper>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct PepperFingerprint([u8; 32]);

impl PepperFingerprint {
    fn of(id: &PepperId, key: &[u8; 32]) -> Self {
        // RFC 2104 §2: a key shorter than the hash's 64-byte block is padded with zeros.
        let mut block = Zeroizing::new([0; 64]);
        block[..32].copy_from_slice(key);
        let keyed = Hmac::<Sha256>::new((&*block).into());
        // No key begins like this, so a fingerprint is never some key's digest.
        let mac = keyed.chain_update("pepper fingerprint ").chain_update(id.as_str()).finalize();
        Self(mac.into_bytes().into())
    }

    /// A fingerprint that was read from where it is stored.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes to store.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
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
        let fingerprint = PepperFingerprint::of(&id, key);
        Self { id, keyed: PreparedHmac::new(key), fingerprint }
    }

    /// The id that is stored beside every digest of this pepper.
    #[must_use]
    pub const fn id(&self) -> &PepperId {
        &self.id
    }

    /// The digest of a key under this pepper.
    ///
    /// ```
    /// use chaser_keys::{Pepper, SecretKey};
    ///
    /// let pepper = Pepper::new("p1".parse().unwrap(), &[1; 32]);
    /// let secret: SecretKey = "cha_live_UDA2HG67cZ5GR8sQf66LUAhyQ8sMMTLDrqtaJ_r9UoQ".parse()?;
    /// assert!(pepper.digest(&secret).matches(&pepper.digest(&secret)));
    /// # Ok::<(), chaser_keys::MalformedKey>(())
    /// ```
    #[must_use]
    pub fn digest<'a>(&self, key: impl Into<PresentedKey<'a>>) -> KeyDigest {
        KeyDigest::from_bytes(self.keyed.digest(key.into().characters()))
    }

    /// The same for a key that is to be stored, of which nothing must be left in memory.
    pub(crate) fn digest_to_store(&self, key: &SecretKey) -> KeyDigest {
        KeyDigest::from_bytes(self.keyed.digest_and_wipe(PresentedKey::from(key).characters()))
    }

    /// The same for everyone who holds this pepper under this id, and for nobody else.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_is_hmac_sha256_of_the_presented_string() {
        // printf %s "$KEY" | openssl dgst -sha256 -mac HMAC -macopt hexkey:000102…1f
        let key: [u8; 32] = std::array::from_fn(|index| u8::try_from(index).unwrap());
        let pepper = Pepper::new("p".parse().unwrap(), &key);
        let secret = "cha_live_UDA2HG67cZ5GR8sQf66LUAhyQ8sMMTLDrqtaJ_r9UoQ".parse().unwrap();
        let halves = [0xfd53_e8cc_0b3f_6c09_529f_4e28_1f65_3a41, 0xab17_0e0b_551d_62f5_946a_b410_6768_b5de];
        let expected = halves.map(u128::to_be_bytes);
        assert_eq!(pepper.digest(&secret).as_bytes(), expected.as_flattened());
    }

    #[test]
    fn what_is_no_pepper_is_refused_without_being_repeated() {
        let digits = "5a".repeat(32);
        let table = [
            (digits.clone(), InvalidPepper::MissingColon),
            (format!(":{digits}"), InvalidPepper::InvalidId),
            (format!("a b:{digits}"), InvalidPepper::InvalidId),
            (format!("{}:{digits}", "i".repeat(33)), InvalidPepper::InvalidId),
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
