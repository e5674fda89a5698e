//! A key in an `Authorization` header.

use crate::{MalformedKey, PresentedKey};

const SCHEME: &[u8] = b"Bearer";

impl<'a> PresentedKey<'a> {
    /// The key in the value of one `Authorization` header: `Bearer` in any case, one or more spaces, and the key
    /// (RFC 9110 §11.4, RFC 6750 §2.1).
    ///
    /// `None` is a value without Bearer credentials: another scheme, or `Bearer` with nothing after it. A request
    /// with two such headers has to be refused before: a proxy in front might read the other one.
    ///
    /// # Errors
    /// [`MalformedKey`] if what follows the scheme cannot be a key.
    ///
    /// ```
    /// use chaser_keys::PresentedKey;
    ///
    /// let header = b"Bearer cha_live_UDA2HG67cZ5GR8sQf66LUAhyQ8sMMTLDrqtaJ_r9UoQ";
    /// match PresentedKey::from_authorization(header) {
    ///     Ok(Some(key)) => assert_eq!(key.display_prefix(), "cha_live_UDA2HG6"),
    ///     Ok(None) => panic!("401: no credentials"),
    ///     Err(malformed) => panic!("401, error=\"invalid_token\": {malformed}"),
    /// }
    /// ```
    pub fn from_authorization(value: &'a [u8]) -> Result<Option<Self>, MalformedKey> {
        match bearer_token(value) {
            Some(token) => Self::parse(token).map(Some),
            None => Ok(None),
        }
    }
}

/// What follows the scheme; none if that is nothing.
fn bearer_token(value: &[u8]) -> Option<&[u8]> {
    let (scheme, rest) = value.trim_ascii().split_at_checked(SCHEME.len())?;
    let is_bearer = scheme.eq_ignore_ascii_case(SCHEME) && rest.first() == Some(&b' ');
    is_bearer.then(|| rest.trim_ascii_start())
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "cha_live_UDA2HG67cZ5GR8sQf66LUAhyQ8sMMTLDrqtaJ_r9UoQ";

    fn read(value: &str) -> Result<Option<&str>, MalformedKey> {
        PresentedKey::from_authorization(value.as_bytes()).map(|key| key.map(PresentedKey::expose))
    }

    #[test]
    fn the_scheme_is_read_in_any_case_and_with_several_spaces() {
        for scheme in ["Bearer ", "bearer ", "BEARER    ", "bEaReR ", " Bearer "] {
            assert_eq!(read(&format!("{scheme}{KEY}")), Ok(Some(KEY)), "{scheme:?}");
            assert_eq!(read(&format!("{scheme}{KEY} ")), Ok(Some(KEY)), "{scheme:?}");
        }
    }

    #[test]
    fn another_scheme_and_an_empty_bearer_are_no_credentials() {
        let basic = format!("Basic {KEY}");
        let joined = format!("Bearer{KEY}");
        for value in ["", " ", "Bearer", "bearer", "Bearer ", "Bearer    ", "Basic", KEY, &basic, &joined] {
            assert_eq!(read(value), Ok(None), "{value:?}");
        }
        for separator in [":", "s ", "\t", "\u{a0}", ",", "=", "\0"] {
            let value = format!("Bearer{separator}{KEY}");
            assert_eq!(read(&value), Ok(None), "{value:?}");
        }
    }

    #[test]
    fn what_cannot_be_a_key_is_malformed() {
        let tokens =
            ["k".to_owned(), format!("{KEY}, Bearer {KEY}"), format!("{KEY},"), format!("{KEY} {KEY}")];
        for token in
            tokens.iter().chain([&KEY[1..].to_owned(), &format!("\"{KEY}\""), &format!("Bearer {KEY}")])
        {
            assert_eq!(read(&format!("Bearer {token}")), Err(MalformedKey {}), "{token:?}");
        }
        assert_eq!(PresentedKey::from_authorization(b"Bearer \xff").err(), Some(MalformedKey {}));
    }
}
