//! What is kept of a key at rest.

use core::fmt;

use subtle::ConstantTimeEq;

/// HMAC-SHA256(pepper, the presented string): 32 bytes that identify a key and authenticate nothing
/// without the pepper.
///
/// There is no `==` and no `Hash`: finding a key by its digest is a database's or an index's work, and
/// the final comparison is [`KeyDigest::matches`].
///
/// ```
/// use chaser_keys::{KeyDigest, Pepper, PresentedKey};
///
/// let pepper = Pepper::new("p1".parse().unwrap(), &[1; 32]);
/// let presented = PresentedKey::parse(b"cha_live_UDA2HG67cZ5GR8sQf66LUAhyQ8sMMTLDrqtaJ_r9UoQ")?;
/// let stored: [u8; 32] = *pepper.digest_presented(presented).as_bytes();
///
/// assert!(KeyDigest::from_bytes(stored).matches(&pepper.digest_presented(presented)));
/// # Ok::<(), chaser_keys::MalformedKey>(())
/// ```
#[derive(Clone, Copy)]
pub struct KeyDigest([u8; Self::BYTES]);

impl KeyDigest {
    /// Bytes in a digest.
    pub const BYTES: usize = 32;

    /// A digest that was read from where it is stored.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; Self::BYTES]) -> Self {
        Self(bytes)
    }

    /// The bytes to store or to look up.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; Self::BYTES] {
        &self.0
    }

    /// Whether two digests are equal, in a time that does not depend on where they differ.
    ///
    /// ```
    /// use chaser_keys::KeyDigest;
    ///
    /// assert!(KeyDigest::from_bytes([1; 32]).matches(&KeyDigest::from_bytes([1; 32])));
    /// assert!(!KeyDigest::from_bytes([1; 32]).matches(&KeyDigest::from_bytes([2; 32])));
    /// ```
    #[must_use]
    pub fn matches(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl fmt::Debug for KeyDigest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("KeyDigest(redacted)")
    }
}
