//! Which passwords may be chosen (NIST SP 800-63B §5.1.1: long, not common, no composition rules).

use std::fmt;
use std::ops::RangeInclusive;

use chaser_keys_storage::EmailAddress;
use thiserror::Error;
use zeroize::Zeroizing;
use zxcvbn::{Score, zxcvbn};

/// The beginning is judged; what follows it can only make a password harder to guess. zxcvbn's time grows
/// steeply with a text made of signs that stand for letters: 100 characters of them took 11 s in a debug
/// build, 40 took 2 s.
const JUDGED_CHARACTERS: usize = 40;

/// A password that may be chosen; wiped when dropped, redacted in `Debug`.
pub struct Password(pub(super) Zeroizing<String>);

/// Why a password may not be chosen. It is not repeated.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
pub enum PasswordRefusal {
    /// Under 15 bytes.
    #[error("use at least 15 characters: a few unrelated words make a good password")]
    TooShort,
    /// Over 1,024 bytes.
    #[error("use at most 1024 characters")]
    TooLong,
    /// It holds the character NUL.
    #[error("a password may not contain the character NUL")]
    Nul,
    /// It is among the first ones that somebody would try.
    #[error("this password is too easy to guess: {0}")]
    Guessable(String),
}

impl Password {
    /// Bytes in a password.
    pub const LENGTH: RangeInclusive<usize> = 15..=1024;

    /// Takes a password that resists guessing: not a common one, no keyboard row, date or repetition, and
    /// not made of the person's own e-mail address or our name.
    ///
    /// Takes a moment of processor time: not for a thread that serves requests.
    pub fn choose(text: &str, email: &EmailAddress) -> Result<Self, PasswordRefusal> {
        if text.len() < *Self::LENGTH.start() {
            return Err(PasswordRefusal::TooShort);
        }
        if text.len() > *Self::LENGTH.end() {
            return Err(PasswordRefusal::TooLong);
        }
        if text.contains('\0') {
            return Err(PasswordRefusal::Nul);
        }
        let judged: Zeroizing<String> = Zeroizing::new(text.chars().take(JUDGED_CHARACTERS).collect());
        let estimate = zxcvbn(&judged, &known_words(email.as_str()));
        if estimate.score() < Score::Three {
            return Err(PasswordRefusal::Guessable(advice(estimate.feedback())));
        }
        Ok(Self(Zeroizing::new(text.to_owned())))
    }
}

/// What somebody who attacks this very account would try first.
fn known_words(email: &str) -> Vec<&str> {
    let parts = email.split(|character: char| !character.is_alphanumeric()).filter(|part| part.len() > 2);
    ["chaser", "chaser keys", "chaserkeys", "api", "apikey", "dashboard", email]
        .into_iter()
        .chain(parts)
        .collect()
}

/// Why, in zxcvbn's words, which never repeat the password.
fn advice(feedback: Option<&zxcvbn::feedback::Feedback>) -> String {
    let warning = feedback.and_then(zxcvbn::feedback::Feedback::warning).map(|warning| warning.to_string());
    let suggestions = feedback.map(zxcvbn::feedback::Feedback::suggestions).unwrap_or_default();
    let told: Vec<_> = warning.into_iter().chain(suggestions.iter().map(ToString::to_string)).collect();
    if told.is_empty() {
        "Use a few words that have nothing to do with each other.".to_owned()
    } else {
        told.join(" ")
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Password(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choose(text: &str) -> Result<Password, PasswordRefusal> {
        Password::choose(text, &"grace.hopper@example.com".parse().unwrap())
    }

    #[test]
    fn long_unrelated_words_may_be_chosen_without_digits_or_signs() {
        for text in ["correct horse battery staple", "velvet tundra mosaic", "ключ от квартиры где деньги"]
        {
            assert!(choose(text).is_ok(), "{text}");
        }
        assert!(choose(&"velvet tundra mosaic ".repeat(48)).is_ok());
    }

    #[test]
    fn length_is_counted_in_bytes() {
        assert_eq!(choose("short but odd!").unwrap_err(), PasswordRefusal::TooShort);
        assert_eq!(choose(&"velvet tundra m".repeat(69)).unwrap_err(), PasswordRefusal::TooLong);
        assert_eq!(choose("velvet\0tundra mosaic").unwrap_err(), PasswordRefusal::Nul);
    }

    #[test]
    fn what_would_be_tried_first_is_refused_and_not_repeated() {
        for text in [
            "passwordpassword",
            "aaaaaaaaaaaaaaaaaaaa",
            "123456789012345",
            "qwertyuiopasdfg",
            "grace.hopper@example.com",
            "chaserchaserchaser",
        ] {
            let refusal = choose(text).unwrap_err();
            assert!(matches!(refusal, PasswordRefusal::Guessable(_)), "{text}");
            assert!(!refusal.to_string().contains(text), "{refusal}");
        }
        assert_eq!(format!("{:?}", choose("velvet tundra mosaic").unwrap()), "Password(redacted)");
    }
}
