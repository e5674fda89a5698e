//! The checksum in a key, which tells an issued key from a typo offline.

use base64ct::{Base64UrlUnpadded, Encoding};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::{KeyMode, SecretEntropy};

const CHECKSUM_BYTES: usize = 4;
pub(crate) const PAYLOAD_BYTES: usize = SecretEntropy::BYTES + CHECKSUM_BYTES;

/// The entropy and its checksum: what a key's last 43 characters encode.
pub(crate) fn payload(mode: KeyMode, entropy: &SecretEntropy) -> Zeroizing<[u8; PAYLOAD_BYTES]> {
    let mut payload = Zeroizing::new([0; PAYLOAD_BYTES]);
    let (random, check) = payload.split_at_mut(SecretEntropy::BYTES);
    random.copy_from_slice(entropy.0.as_slice());
    check.copy_from_slice(&checksum(mode, random));
    payload
}

/// Whether the checksum in a key's last 43 characters fits.
pub(crate) fn is_checksum_valid(mode: KeyMode, encoded: &[u8]) -> bool {
    decode_payload(encoded).is_some_and(|payload| {
        let (random, check) = payload.split_at(SecretEntropy::BYTES);
        checksum(mode, random).ct_eq(check).into()
    })
}

/// The first 4 bytes of SHA-256(prefix ‖ the 28 random bytes).
fn checksum(mode: KeyMode, random: &[u8]) -> [u8; CHECKSUM_BYTES] {
    let hash = Sha256::new().chain_update(mode.secret_prefix()).chain_update(random).finalize();
    [hash[0], hash[1], hash[2], hash[3]]
}

/// Decodes in constant time; refuses padding, other alphabets, other lengths and non-zero spare bits.
fn decode_payload(encoded: &[u8]) -> Option<Zeroizing<[u8; PAYLOAD_BYTES]>> {
    let mut payload = Zeroizing::new([0; PAYLOAD_BYTES]);
    let length = Base64UrlUnpadded::decode(encoded, payload.as_mut_slice()).ok()?.len();
    (length == PAYLOAD_BYTES).then_some(payload)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_the_start_of_a_sha256_over_prefix_and_entropy() {
        // { printf cha_test_; head -c 28 /dev/zero; } | sha256sum
        assert_eq!(checksum(KeyMode::Test, &[0; 28]), [0xd8, 0x5e, 0x2c, 0x10]);
        // { printf cha_live_; head -c 28 /dev/zero; } | sha256sum
        assert_eq!(checksum(KeyMode::Live, &[0; 28]), [0x8e, 0x80, 0x91, 0x44]);
    }
}
