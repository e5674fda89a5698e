//! What a pepper is called.

use alloc::string::String;
use core::error::Error;
use core::fmt;

use crate::text_value::text_value;

/// Names a pepper, so that each digest can say which one made it: 1 to 32 of `a-z A-Z 0-9 - _ .`.
///
/// ```
/// use chaser_keys::PepperId;
///
/// assert_eq!("2026-11".parse::<PepperId>()?, "2026-11");
/// assert!("no spaces".parse::<PepperId>().is_err());
/// # Ok::<(), chaser_keys::InvalidPepperId>(())
/// ```
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct PepperId(String);

/// A text that cannot name a pepper. The text is not repeated: it may be the pepper itself.
///
/// ```
/// use chaser_keys::PepperId;
///
/// let error = "no spaces".parse::<PepperId>().unwrap_err();
/// assert!(error.to_string().starts_with("a pepper's id is 1 to 32 of the characters"));
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct InvalidPepperId {}

impl fmt::Display for InvalidPepperId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a pepper's id is 1 to 32 of the characters a-z, A-Z, 0-9, '-', '_' and '.'")
    }
}

impl Error for InvalidPepperId {}

impl PepperId {
    /// The longest id, in characters.
    pub const MAX_LENGTH: usize = 32;

    /// The id as it is configured and stored.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn check(text: &str) -> Result<&str, InvalidPepperId> {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
        let is_id = (1..=Self::MAX_LENGTH).contains(&text.len()) && text.bytes().all(allowed);
        is_id.then_some(text).ok_or(InvalidPepperId {})
    }
}

text_value!(PepperId, InvalidPepperId);
