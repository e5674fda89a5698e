//! The string a client presents: 52 characters, shown once, never stored.

use alloc::string::String;
use core::fmt;
use core::str::FromStr;

use base64ct::{Base64UrlUnpadded, Encoding};
use zeroize::{ZeroizeOnDrop, Zeroizing};

use crate::checksum;
use crate::presented_key::is_base64url;
use crate::{DisplayPrefix, KeyMode, MalformedKey, PresentedKey, SecretEntropy};

/// An API key in plain text, `cha_live_…` or `cha_test_…`.
///
/// After the prefix stand 43 characters of unpadded base64url (RFC 4648 §5): 28 random bytes and a
/// 4-byte checksum. There is no `Display`, no `Serialize` and no `==`; `Debug` is redacted, and the
/// characters are wiped from memory when the value is dropped. Services that verify need no copy of the key:
/// see [`PresentedKey`].
///
/// ```
/// use chaser_keys::{KeyMode, SecretKey};
///
/// let secret: SecretKey = "cha_live_UDA2HG67cZ5GR8sQf66LUAhyQ8sMMTLDrqtaJ_r9UoQ".parse()?;
/// assert_eq!(secret.mode(), KeyMode::Live);
/// assert_eq!(secret.display_prefix(), "cha_live_UDA2HG6");
/// assert_eq!(format!("{secret:?}"), "SecretKey(cha_live_redacted)");
/// # Ok::<(), chaser_keys::MalformedKey>(())
/// ```
pub struct SecretKey {
    mode: KeyMode,
    /// Never grows, since growing would leave a copy behind in freed memory.
    text: Zeroizing<String>,
}

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
        let payload = checksum::payload(mode, &entropy);
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

    /// The first 16 characters: all that may be shown of a key after it was handed out.
    #[must_use]
    pub fn display_prefix(&self) -> DisplayPrefix {
        self.as_presented().display_prefix()
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
        KeyMode::ALL.map(KeyMode::secret_prefix).into_iter().any(|prefix| {
            let characters = Self::LENGTH - prefix.len();
            text.match_indices(prefix).any(|(start, _)| {
                let rest = text.as_bytes()[start + prefix.len()..].iter().take(characters);
                rest.take_while(|byte| is_base64url(**byte)).count() == characters
            })
        })
    }

    /// Whether the checksum fits: see [`PresentedKey::has_valid_checksum`].
    #[must_use]
    pub fn has_valid_checksum(&self) -> bool {
        self.as_presented().has_valid_checksum()
    }

    /// The same key, borrowed.
    #[must_use]
    pub fn as_presented(&self) -> PresentedKey<'_> {
        PresentedKey::of_checked(self.mode, &self.text)
    }
}

/// Copies the key, to keep it longer than the request it came in.
impl From<PresentedKey<'_>> for SecretKey {
    fn from(presented: PresentedKey<'_>) -> Self {
        Self { mode: presented.mode(), text: Zeroizing::new(presented.copy_of(Self::LENGTH)) }
    }
}

impl FromStr for SecretKey {
    type Err = MalformedKey;

    fn from_str(text: &str) -> Result<Self, MalformedKey> {
        PresentedKey::try_from(text).map(Self::from)
    }
}

impl TryFrom<&str> for SecretKey {
    type Error = MalformedKey;

    fn try_from(text: &str) -> Result<Self, MalformedKey> {
        text.parse()
    }
}

impl TryFrom<&[u8]> for SecretKey {
    type Error = MalformedKey;

    fn try_from(text: &[u8]) -> Result<Self, MalformedKey> {
        PresentedKey::parse(text).map(Self::from)
    }
}

/// Takes the string over without a copy. One that is no key is wiped, too.
impl TryFrom<String> for SecretKey {
    type Error = MalformedKey;

    fn try_from(text: String) -> Result<Self, MalformedKey> {
        let text = Zeroizing::new(text);
        let mode = PresentedKey::try_from(text.as_str())?.mode();
        Ok(Self { mode, text })
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "SecretKey({}redacted)", self.mode.secret_prefix())
    }
}

impl ZeroizeOnDrop for SecretKey {}

#[cfg(test)]
mod tests {
    use super::*;

    const DOCUMENTED: &str = "cha_live_UDA2HG67cZ5GR8sQf66LUAhyQ8sMMTLDrqtaJ_r9UoQ";

    #[test]
    fn a_key_is_the_base64url_of_its_entropy_and_checksum() {
        // printf cha_test_; { head -c 28 /dev/zero; printf '\xd8\x5e\x2c\x10'; } | basenc --base64url | tr -d =
        let secret = SecretKey::from_entropy(KeyMode::Test, SecretEntropy::from_bytes([0; 28]));
        assert_eq!(secret.expose(), "cha_test_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAANheLBA");
    }

    #[test]
    fn the_last_character_has_one_canonical_form() {
        // 'Q' is 16 (010000): its spare bits are zero; R, S and T differ in the spare bits alone.
        for variant in ["R", "S", "T"] {
            let presented = format!("{}{variant}", &DOCUMENTED[..51]);
            assert_eq!(presented.parse::<SecretKey>().err(), Some(MalformedKey {}), "{variant}");
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
            assert_eq!(presented.parse::<SecretKey>().err(), Some(MalformedKey {}), "{presented:.60}");
            assert_eq!(SecretKey::try_from(presented.as_bytes()).err(), Some(MalformedKey {}));
            assert_eq!(SecretKey::try_from(presented).err(), Some(MalformedKey {}));
        }
    }
}
