//! The string a client presents: 52 characters, shown once, never stored.

use std::fmt;
use std::str::FromStr;

use base64ct::{Base64UrlUnpadded, Encoding};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use thiserror::Error;
use zeroize::Zeroizing;

use crate::{DisplayPrefix, KeyMode, PresentedKey, SecretEntropy};

const CHECKSUM_BYTES: usize = 4;
const PAYLOAD_BYTES: usize = SecretEntropy::BYTES + CHECKSUM_BYTES;

/// An API key in plain text, `cha_live_…` or `cha_test_…`.
///
/// After the prefix stand 43 characters of unpadded base64url (RFC 4648 §5): 28 random bytes and a
/// 4-byte checksum. There is no `Display`, no `Serialize` and no `==`; `Debug` is redacted, and the
/// characters are wiped from memory when the value is dropped.
///
/// ```
/// use chaser_keys::{KeyMode, SecretKey};
///
/// let presented: SecretKey = "cha_live_UDA2HG67cZ5GR8sQf66LUAhyQ8sMMTLDrqtaJ_r9UoQ".parse()?;
/// assert_eq!(presented.mode(), KeyMode::Live);
/// assert_eq!(presented.display_prefix().as_str(), "cha_live_UDA2HG6");
/// assert_eq!(format!("{presented:?}"), "SecretKey(cha_live_redacted)");
/// # Ok::<(), chaser_keys::MalformedKey>(())
/// ```
pub struct SecretKey {
    mode: KeyMode,
    text: Zeroizing<String>,
}

/// A string that cannot be a key. The input is not repeated: it may be a secret with a typo.
///
/// ```
/// use chaser_keys::{MalformedKey, SecretKey};
///
/// // The last character may be Q, but not R: it differs in a spare bit alone.
/// let typo = "cha_live_UDA2HG67cZ5GR8sQf66LUAhyQ8sMMTLDrqtaJ_r9UoR".parse::<SecretKey>();
/// assert_eq!(typo.unwrap_err(), MalformedKey);
/// ```
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
#[error(
    "a key is cha_live_ or cha_test_ followed by 43 base64url characters, the last of them with two spare zero bits"
)]
pub struct MalformedKey;

impl SecretKey {
    /// Characters (and bytes) in a key, prefix included.
    pub const LENGTH: usize = 52;

    /// The key that this mode and this entropy make; the same key for the same values.
    ///
    /// ```
    /// use chaser_keys::{KeyMode, SecretEntropy, SecretKey};
    ///
    /// let secret = SecretKey::from_entropy(KeyMode::Live, SecretEntropy::from_bytes([0; 28]));
    /// assert_eq!(secret.expose().len(), SecretKey::LENGTH);
    /// assert!(secret.has_valid_checksum());
    /// ```
    #[must_use]
    #[expect(clippy::needless_pass_by_value, reason = "entropy is used up: no two keys from the same bytes")]
    pub fn from_entropy(mode: KeyMode, entropy: SecretEntropy) -> Self {
        let mut payload = Zeroizing::new([0; PAYLOAD_BYTES]);
        let (random, check) = payload.split_at_mut(SecretEntropy::BYTES);
        random.copy_from_slice(entropy.0.as_slice());
        check.copy_from_slice(&checksum(mode, random));

        // Encoded into a buffer that never grows, so no copy of the secret is left behind in freed memory.
        let mut text = Zeroizing::new(String::with_capacity(Self::LENGTH));
        text.push_str(mode.secret_prefix());
        text.push_str(&Zeroizing::new(Base64UrlUnpadded::encode_string(payload.as_slice())));
        Self { mode, text }
    }

    /// Live or test.
    #[must_use]
    pub const fn mode(&self) -> KeyMode {
        self.mode
    }

    /// The first 16 characters: all that may be shown of a key once it was handed out.
    #[must_use]
    pub fn display_prefix(&self) -> DisplayPrefix {
        DisplayPrefix::of_secret(&self.text)
    }

    /// The secret itself. Every call is a place to review: it belongs in the one response that creates
    /// the key, in an `Authorization` header, and nowhere else.
    ///
    /// ```
    /// # let secret: chaser_keys::SecretKey = "cha_live_UDA2HG67cZ5GR8sQf66LUAhyQ8sMMTLDrqtaJ_r9UoQ".parse()?;
    /// let header = format!("Bearer {}", secret.expose());
    /// # assert!(header.ends_with("J_r9UoQ"));
    /// # Ok::<(), chaser_keys::MalformedKey>(())
    /// ```
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.text
    }

    /// Whether something that looks like a key stands anywhere in a text: in a name, a URL, a line of a log.
    ///
    /// ```
    /// use chaser_keys::SecretKey;
    ///
    /// let pasted = "my key: cha_live_UDA2HG67cZ5GR8sQf66LUAhyQ8sMMTLDrqtaJ_r9UoQ";
    /// assert!(SecretKey::occurs_in(pasted));
    /// assert!(!SecretKey::occurs_in("cha_live_UDA2HG6"));
    /// ```
    #[must_use]
    pub fn occurs_in(text: &str) -> bool {
        [KeyMode::Live, KeyMode::Test].into_iter().map(KeyMode::secret_prefix).any(|prefix| {
            let characters = Self::LENGTH - prefix.len();
            text.match_indices(prefix).any(|(start, _)| {
                let rest = text.as_bytes()[start + prefix.len()..].iter().take(characters);
                let is_base64url = |byte: &&u8| byte.is_ascii_alphanumeric() || b"-_".contains(byte);
                rest.take_while(is_base64url).count() == characters
            })
        })
    }

    /// Whether the checksum fits, which tells a real key from a typo offline.
    ///
    /// Information, not a gate: a key brought from elsewhere has no checksum and still authenticates if
    /// it is known.
    ///
    /// ```
    /// use chaser_keys::SecretKey;
    ///
    /// let imported: SecretKey = "cha_live_UDA2HG67cZ5GR8sQf66LUAhyQ8sMMTLDrqtaJ_r9UoQ".parse()?;
    /// assert!(!imported.has_valid_checksum());
    /// # Ok::<(), chaser_keys::MalformedKey>(())
    /// ```
    #[must_use]
    pub fn has_valid_checksum(&self) -> bool {
        decode_payload(&self.text[self.mode.secret_prefix().len()..]).is_some_and(|payload| {
            let (random, check) = payload.split_at(SecretEntropy::BYTES);
            checksum(self.mode, random).ct_eq(check).into()
        })
    }
}

/// The first 4 bytes of SHA-256(prefix ‖ the 28 random bytes).
fn checksum(mode: KeyMode, random: &[u8]) -> [u8; CHECKSUM_BYTES] {
    let hash = Sha256::new().chain_update(mode.secret_prefix()).chain_update(random).finalize();
    [hash[0], hash[1], hash[2], hash[3]]
}

/// Decodes in constant time; refuses padding, other alphabets, other lengths and non-zero spare bits.
fn decode_payload(encoded: &str) -> Option<Zeroizing<[u8; PAYLOAD_BYTES]>> {
    let mut payload = Zeroizing::new([0; PAYLOAD_BYTES]);
    let length = Base64UrlUnpadded::decode(encoded, payload.as_mut_slice()).ok()?.len();
    (length == PAYLOAD_BYTES).then_some(payload)
}

impl FromStr for SecretKey {
    type Err = MalformedKey;

    fn from_str(presented: &str) -> Result<Self, MalformedKey> {
        let checked = PresentedKey::parse(presented.as_bytes())?;
        Ok(Self { mode: checked.mode(), text: Zeroizing::new(presented.to_owned()) })
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "SecretKey({}redacted)", self.mode.secret_prefix())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOCUMENTED: &str = "cha_live_UDA2HG67cZ5GR8sQf66LUAhyQ8sMMTLDrqtaJ_r9UoQ";

    #[test]
    fn the_checksum_is_the_start_of_a_sha256_over_prefix_and_entropy() {
        // printf 'cha_test_' + 28 zero bytes | sha256sum
        let secret = SecretKey::from_entropy(KeyMode::Test, SecretEntropy::from_bytes([0; 28]));
        let expected = Sha256::digest([b"cha_test_".as_slice(), &[0; 28]].concat());
        let payload = decode_payload(&secret.expose()[9..]).unwrap();
        assert_eq!(payload[28..], expected[..4]);
    }

    #[test]
    fn the_last_character_has_one_canonical_form() {
        // 'Q' is 16 (010000): its spare bits are zero; R, S and T differ in the spare bits alone.
        for variant in ["R", "S", "T"] {
            let presented = format!("{}{variant}", &DOCUMENTED[..51]);
            assert_eq!(presented.parse::<SecretKey>().err(), Some(MalformedKey), "{variant}");
        }
        assert!(DOCUMENTED.parse::<SecretKey>().is_ok());
    }

    #[test]
    fn what_is_not_a_key_is_malformed() {
        let body = &DOCUMENTED[9..];
        let table = [
            String::new(),
            "cha_live_".into(),
            body.into(),
            format!("cha_prod_{body}"),
            format!("CHA_LIVE_{body}"),
            format!("cha_live_{body}="),
            format!("cha_live_{}", &body[1..]),
            format!(" {}", &DOCUMENTED[..51]),
            format!("cha_live_{}+{}", &body[..20], &body[21..]),
            format!("cha_live_{}é{}", &body[..20], &body[22..]),
            format!("cha_live_{}\0{}", &body[..20], &body[21..]),
            "x".repeat(100_000),
        ];
        for presented in table {
            assert_eq!(presented.parse::<SecretKey>().err(), Some(MalformedKey), "{presented:.60}");
        }
    }
}
