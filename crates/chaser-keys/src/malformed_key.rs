//! Why a string is not a key.

use core::error::Error;
use core::fmt;

/// A string that cannot be a key. The input is not repeated: it may be a secret with a typo.
///
/// ```
/// use chaser_keys::PresentedKey;
///
/// // The last character may be Q, but not R, which differs in a spare bit alone.
/// let typo = PresentedKey::parse(b"cha_live_UDA2HG67cZ5GR8sQf66LUAhyQ8sMMTLDrqtaJ_r9UoR");
/// assert!(typo.is_err());
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct MalformedKey {}

impl fmt::Display for MalformedKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(
            "a key is cha_live_ or cha_test_ followed by 43 base64url characters, the last of them with two spare \
             zero bits",
        )
    }
}

impl Error for MalformedKey {}
