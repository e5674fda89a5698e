//! Header values that are written anew for each response, without an allocation each.
//!
//! A thread writes them behind one another into one block of memory. Responses are short-lived: when the block is
//! full, nobody reads it any more, and it is written from its beginning again. (If somebody does, there is a new one.)

use std::cell::RefCell;

use actix_web::http::header::HeaderValue;
use actix_web::web::BytesMut;
use uuid::Uuid;

/// A page: room for what some 40 responses need.
const BLOCK: usize = 4096;

thread_local! {
    static TEXT: RefCell<BytesMut> = RefCell::new(BytesMut::with_capacity(BLOCK));
}

/// Makes room for all values of a response: while one of them stands at the end of the block, it is not written again.
pub(crate) fn make_room(length: usize) {
    TEXT.with_borrow_mut(|block| block.reserve(length));
}

/// A text of visible ASCII characters; of any other, nothing.
pub(crate) fn of(text: &[u8]) -> HeaderValue {
    let bytes = TEXT.with_borrow_mut(|block| {
        block.extend_from_slice(text);
        block.split().freeze()
    });
    HeaderValue::from_maybe_shared(bytes).unwrap_or_else(|_| HeaderValue::from_static(""))
}

/// An id in its canonical form.
pub(crate) fn of_uuid(id: Uuid) -> HeaderValue {
    of(&hyphenated(id.as_bytes()))
}

/// Two digits at a time; the crate `uuid` writes one, which takes three times as long.
fn hyphenated(bytes: &[u8; 16]) -> [u8; 36] {
    /// Where the digits of each byte stand between the hyphens.
    const PLACES: [usize; 16] = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34];
    let mut text = [b'-'; 36];
    for (byte, place) in bytes.iter().zip(PLACES) {
        text[place..place + 2].copy_from_slice(&DIGITS[usize::from(*byte)]);
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
    use super::*;

    #[test]
    fn values_stay_what_they_were_while_the_block_is_written_again_and_again() {
        let id = |number: u128| Uuid::from_u128(number << 64 | number.wrapping_mul(0x0123_4567_89ab_cdef));
        let kept: Vec<HeaderValue> = (0..1_000).map(|number| of_uuid(id(number))).collect();
        for (number, value) in kept.iter().enumerate() {
            assert_eq!(value.to_str().unwrap(), id(number as u128).hyphenated().to_string());
        }
    }
}
