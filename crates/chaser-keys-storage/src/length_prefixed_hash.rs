//! SHA-256 of several values.

use sha2::{Digest, Sha256};

/// The SHA-256 of the parts, each after its length: without lengths, ("ab", "c") and ("a", "bc") would be the same.
pub(crate) fn length_prefixed_hash(parts: &[&[u8]]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.len().to_be_bytes());
        hash.update(part);
    }
    hash.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_cannot_borrow_from_each_other() {
        assert_ne!(length_prefixed_hash(&[b"ab", b"c"]), length_prefixed_hash(&[b"a", b"bc"]));
        assert_ne!(length_prefixed_hash(&[b"ab"]), length_prefixed_hash(&[b"ab", b""]));
    }
}
