//! Tokens in cookies: 32 random bytes, of which the database holds only a hash.

use std::fmt;
use std::str::FromStr;

use chaser_keys::EntropyUnavailable;
use sha2::{Digest, Sha256};
use thiserror::Error;
use zeroize::Zeroizing;

/// A text that is not a token of 32 bytes in bs58. The text is not repeated.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
#[error("not a token of this server")]
pub struct MalformedToken;

const TOKEN_BYTES: usize = 32;
/// bs58 of 32 bytes: 32 characters if all are zero, 44 at most.
const TOKEN_CHARACTERS: std::ops::RangeInclusive<usize> = 32..=44;

macro_rules! token_type {
    ($(#[$documentation:meta])* $name:ident) => {
        $(#[$documentation])*
        ///
        /// Written as bs58; no `Display`, redacted `Debug`, wiped when dropped.
        #[derive(Clone)]
        pub struct $name(Zeroizing<String>);

        impl $name {
            pub(crate) fn generate() -> Result<Self, EntropyUnavailable> {
                let mut bytes = Zeroizing::new([0; TOKEN_BYTES]);
                getrandom::fill(bytes.as_mut_slice())?;
                Ok(Self(Zeroizing::new(bs58::encode(bytes.as_slice()).into_string())))
            }

            /// The token in plain text, for its cookie and for nothing else.
            #[must_use]
            pub fn expose(&self) -> &str {
                &self.0
            }

            /// What the database holds: SHA-256 without salt or stretching suffices for 256 random bits.
            pub(crate) fn hash(&self) -> [u8; 32] {
                Sha256::digest(self.0.as_bytes()).into()
            }
        }

        impl FromStr for $name {
            type Err = MalformedToken;

            fn from_str(text: &str) -> Result<Self, MalformedToken> {
                if !TOKEN_CHARACTERS.contains(&text.len()) {
                    return Err(MalformedToken);
                }
                let bytes = Zeroizing::new(bs58::decode(text).into_vec().map_err(|_| MalformedToken)?);
                if bytes.len() == TOKEN_BYTES { Ok(Self(Zeroizing::new(text.to_owned()))) } else { Err(MalformedToken) }
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(concat!(stringify!($name), "(redacted)"))
            }
        }
    };
}

token_type! {
    /// The value of the `chaser_session` cookie, which signs its bearer in.
    SessionToken
}
token_type! {
    /// The value of the `chaser_device` cookie: this browser signed in before. It signs nobody in, but exempts the account's
    /// owner from the throttling that failed sign-ins from other browsers cause.
    DeviceToken
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_survives_its_cookie_and_nothing_else_is_a_token() {
        let token = SessionToken::generate().unwrap();
        let returned: SessionToken = token.expose().parse().unwrap();
        assert_eq!(returned.hash(), token.hash());
        assert_eq!(format!("{token:?}"), "SessionToken(redacted)");
        for text in ["", "x", &"0".repeat(44), &"z".repeat(44), &"1".repeat(31), &"1".repeat(100_000)] {
            assert!(text.parse::<SessionToken>().is_err(), "{text:.50}");
        }
    }
}
