//! HMAC-SHA256 (RFC 2104) of a message that fits into one block, such as a presented key, with its key prepared.
//!
//! The crate `hmac` takes messages of any length in any number of parts. A key has 52 characters, so the inner and the
//! outer hash are one block each: a third less time for the costliest step of a verification. Tests compare the two.

use sha2::block_api::compress256;
use zeroize::Zeroize;

const BLOCK: usize = 64;
const DIGEST: usize = 32;
/// What one block holds beside the padding's first bit and the length. A key has 52 bytes.
const LONGEST: usize = BLOCK - 1 - 8;
/// FIPS 180-4 §5.3.3.
const INITIAL: State =
    [0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19];

type State = [u32; 8];

/// SHA-256 after its first block, the padded key: of the inner and of the outer hash. Wiped when dropped.
#[derive(Clone)]
pub(crate) struct PreparedHmac {
    inner: State,
    outer: State,
}

impl PreparedHmac {
    pub(crate) fn new(key: &[u8; 32]) -> Self {
        Self { inner: after_key(key, 0x36), outer: after_key(key, 0x5c) }
    }

    /// The digest of a message of at most 55 bytes, such as a key's text.
    pub(crate) fn digest(&self, message: &[u8]) -> [u8; DIGEST] {
        let inner = bytes_of(finish(self.inner, &last_block(message)));
        bytes_of(finish(self.outer, &last_block(&inner)))
    }

    /// The same, leaving nothing of the message behind on the stack.
    pub(crate) fn digest_and_wipe(&self, message: &[u8]) -> [u8; DIGEST] {
        let mut block = last_block(message);
        let inner = bytes_of(finish(self.inner, &block));
        block.zeroize();
        bytes_of(finish(self.outer, &last_block(&inner)))
    }
}

impl Drop for PreparedHmac {
    fn drop(&mut self) {
        self.inner.zeroize();
        self.outer.zeroize();
    }
}

/// The state after the block of a key that was padded with zeros and whose bits were flipped by `pad`.
fn after_key(key: &[u8; 32], pad: u8) -> State {
    let mut block = [pad; BLOCK];
    for (byte, key) in block.iter_mut().zip(key) {
        *byte ^= key;
    }
    let state = finish(INITIAL, &block);
    block.zeroize();
    state
}

/// The last block of a message of two, of which this is the second: what is left, a one, zeros, and the length of both in
/// bits (FIPS 180-4 §5.1.1).
#[inline]
fn last_block(rest: &[u8]) -> [u8; BLOCK] {
    debug_assert!(rest.len() <= LONGEST, "a message of {} bytes", rest.len());
    let mut block = [0; BLOCK];
    block[..rest.len()].copy_from_slice(rest);
    block[rest.len()] = 0x80;
    let bits = 8 * (BLOCK + rest.len()) as u64;
    block[BLOCK - 8..].copy_from_slice(&bits.to_be_bytes());
    block
}

fn finish(mut state: State, block: &[u8; BLOCK]) -> State {
    compress256(&mut state, core::slice::from_ref(block));
    state
}

fn bytes_of(state: State) -> [u8; DIGEST] {
    let mut bytes = [0; DIGEST];
    for (four, word) in bytes.chunks_exact_mut(4).zip(state) {
        four.copy_from_slice(&word.to_be_bytes());
    }
    bytes
}

#[cfg(test)]
mod tests {
    use hmac::{Hmac, KeyInit, Mac};
    use proptest::prelude::*;
    use sha2::Sha256;

    use super::*;

    proptest! {
        #[test]
        fn it_is_what_the_crate_hmac_computes(key: [u8; 32], message in "[ -~]{0,55}") {
            let message = message.as_bytes();
            let prepared = PreparedHmac::new(&key);
            let reference = Hmac::<Sha256>::new_from_slice(&key).unwrap().chain_update(message).finalize();
            let expected: [u8; 32] = reference.into_bytes().into();
            prop_assert_eq!(prepared.digest(message), expected);
            prop_assert_eq!(prepared.digest_and_wipe(message), expected);
        }
    }
}
