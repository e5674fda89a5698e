//! The 224 random bits behind a key, from the operating system's generator or as a value.

use core::fmt;

use zeroize::{ZeroizeOnDrop, Zeroizing};

#[cfg(feature = "getrandom")]
use crate::EntropyUnavailable;

/// The 28 random bytes a key is made of, wiped from memory when dropped.
///
/// A value, so that everything made from it is a pure function and can be tested as one.
///
/// ```
/// use chaser_keys::{KeyMode, SecretEntropy, SecretKey};
///
/// let secret = SecretKey::from_entropy(KeyMode::Test, SecretEntropy::from_bytes([7; 28]));
/// assert_eq!(secret.display_prefix(), "cha_test_BwcHBwc");
/// ```
pub struct SecretEntropy(pub(crate) Zeroizing<[u8; Self::BYTES]>);

impl SecretEntropy {
    /// Random bytes in one key: 224 bits.
    pub const BYTES: usize = 28;

    /// Fresh entropy from the operating system's generator (`getrandom(2)` on Linux), which blocks until the kernel
    /// has seeded it: for a moment after boot, and never again.
    ///
    /// # Errors
    /// [`EntropyUnavailable`] where the system has no generator or refuses it.
    ///
    /// ```
    /// use chaser_keys::{KeyMode, SecretEntropy, SecretKey};
    ///
    /// let secret = SecretKey::from_entropy(KeyMode::Live, SecretEntropy::from_operating_system()?);
    /// assert!(secret.expose().starts_with("cha_live_"));
    /// # Ok::<(), chaser_keys::EntropyUnavailable>(())
    /// ```
    #[cfg(feature = "getrandom")]
    #[cfg_attr(docsrs, doc(cfg(feature = "getrandom")))]
    pub fn from_operating_system() -> Result<Self, EntropyUnavailable> {
        let mut bytes = Zeroizing::new([0; Self::BYTES]);
        getrandom::fill(bytes.as_mut_slice())?;
        Ok(Self(bytes))
    }

    /// Entropy that the caller vouches for: a hardware generator, or a fixed value in a test.
    #[must_use]
    pub fn from_bytes(bytes: [u8; Self::BYTES]) -> Self {
        Self(Zeroizing::new(bytes))
    }
}

impl fmt::Debug for SecretEntropy {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("SecretEntropy(redacted)")
    }
}

impl ZeroizeOnDrop for SecretEntropy {}
