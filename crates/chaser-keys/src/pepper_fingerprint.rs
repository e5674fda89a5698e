//! How two nodes compare their peppers without showing them.

use crate::PepperId;
use crate::prepared_hmac::PreparedHmac;

/// No key begins like this, so a fingerprint is never some key's digest.
const LABEL: &[u8] = b"pepper fingerprint ";

/// Proves that two nodes hold the same pepper under the same id, without revealing anything of it: the 32 bytes of
/// HMAC-SHA256, under the pepper, of a fixed text and the id.
///
/// ```
/// use chaser_keys::{Pepper, PepperId};
///
/// let id: PepperId = "p1".parse()?;
/// let here = Pepper::new(id.clone(), &[1; 32]);
/// let there = Pepper::new(id, &[2; 32]);
/// assert_ne!(here.fingerprint(), there.fingerprint());
/// # Ok::<(), chaser_keys::InvalidPepperId>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct PepperFingerprint([u8; Self::BYTES]);

impl PepperFingerprint {
    /// Bytes in a fingerprint.
    pub const BYTES: usize = 32;

    pub(crate) fn of(id: &PepperId, keyed: &PreparedHmac) -> Self {
        let mut message = [0; LABEL.len() + PepperId::MAX_LENGTH];
        let length = LABEL.len() + id.as_str().len();
        message[..LABEL.len()].copy_from_slice(LABEL);
        message[LABEL.len()..length].copy_from_slice(id.as_str().as_bytes());
        Self(keyed.digest(&message[..length]))
    }

    /// A fingerprint that was read from where it is stored.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; Self::BYTES]) -> Self {
        Self(bytes)
    }

    /// The bytes to store.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; Self::BYTES] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_is_the_hmac_of_a_label_and_the_id() {
        // printf 'pepper fingerprint 2026-11' | openssl dgst -sha256 -mac HMAC -macopt hexkey:000102…1f
        let key: [u8; 32] = std::array::from_fn(|index| u8::try_from(index).unwrap());
        let fingerprint = PepperFingerprint::of(&"2026-11".parse().unwrap(), &PreparedHmac::new(&key));
        let halves = [0x7cc4_09b7_bdc4_adb0_c2f7_df0e_ce44_453a, 0xf214_2745_4194_4f0c_3706_e452_f036_c1e8];
        let expected = halves.map(u128::to_be_bytes);
        assert_eq!(fingerprint.as_bytes(), expected.as_flattened());
    }

    #[test]
    fn the_longest_id_has_a_fingerprint() {
        let longest = "i".repeat(PepperId::MAX_LENGTH).parse().unwrap();
        let keyed = PreparedHmac::new(&[1; 32]);
        assert_ne!(
            PepperFingerprint::of(&longest, &keyed),
            PepperFingerprint::of(&"i".parse().unwrap(), &keyed)
        );
    }
}
