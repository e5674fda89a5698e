//! Which passwords may be chosen (NIST SP 800-63B §5.1.1: long, not common, no composition rules).

use std::fmt;

use thiserror::Error;
use zeroize::Zeroizing;
use zxcvbn::{Score, zxcvbn};

use crate::EmailAddress;

/// How many characters zxcvbn judges; the rest can only make a password harder to guess. Its time grows steeply with
/// characters that stand for letters (`@` for `a`): 100 of them took 11 s in a debug build, 40 took 2 s.
const JUDGED_CHARACTERS: usize = 40;

/// A password that may be chosen; wiped when dropped, redacted in `Debug`.
pub struct Password(Zeroizing<String>);

/// Why a password may not be chosen. Never repeats it.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
pub enum PasswordRefusal {
    /// Fewer than [`Password::MIN_CHARACTERS`].
    #[error("use at least {min} characters: a few unrelated words make a good password", min = Password::MIN_CHARACTERS)]
    TooShort,
    /// More than [`Password::MAX_BYTES`].
    #[error("use a shorter password: at most {max} bytes", max = Password::MAX_BYTES)]
    TooLong,
    /// It contains the character NUL, at which some hashing libraries stop reading.
    #[error("a password may not contain the character NUL")]
    Nul,
    /// An attacker would try it early. Holds zxcvbn's advice, which never repeats the password.
    #[error("this password is too easy to guess: {0}")]
    Guessable(String),
}

impl Password {
    /// The shortest password, in characters (Unicode code points, as NIST SP 800-63B counts).
    pub const MIN_CHARACTERS: usize = 15;
    /// The longest password, in bytes of UTF-8.
    pub const MAX_BYTES: usize = 1024;

    /// Accepts a password that resists guessing: not a common one, no keyboard row, date or repetition, and
    /// not made of the user's own e-mail address or the product's name.
    ///
    /// Takes processor time (milliseconds): do not call it on a thread that serves requests.
    pub fn choose(text: &str, email: &EmailAddress) -> Result<Self, PasswordRefusal> {
        if text.chars().count() < Self::MIN_CHARACTERS {
            return Err(PasswordRefusal::TooShort);
        }
        if text.len() > Self::MAX_BYTES {
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

    pub(super) fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

/// What an attacker of this account would try first.
fn known_words(email: &str) -> Vec<&str> {
    let parts = email.split(|character: char| !character.is_alphanumeric()).filter(|part| part.len() > 2);
    ["chaser", "chaser keys", "chaserkeys", "api", "apikey", "dashboard", email]
        .into_iter()
        .chain(parts)
        .collect()
}

/// zxcvbn's explanation, which never repeats the password.
fn advice(feedback: Option<&zxcvbn::feedback::Feedback>) -> String {
    let warning = feedback.and_then(zxcvbn::feedback::Feedback::warning).map(|warning| warning.to_string());
    let suggestions = feedback.map(zxcvbn::feedback::Feedback::suggestions).unwrap_or_default();
    let sentences: Vec<_> = warning.into_iter().chain(suggestions.iter().map(ToString::to_string)).collect();
    if sentences.is_empty() {
        "Use a few words that have nothing to do with each other.".to_owned()
    } else {
        sentences.join(" ")
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
    fn the_shortest_has_15_characters_whatever_their_bytes_and_the_longest_1024_bytes() {
        for short in ["short but odd!", "ключзамокдверь", "🦀🌵🎷🪁🧭🦉"] {
            assert!(short.chars().count() < 15);
            assert_eq!(choose(short).unwrap_err(), PasswordRefusal::TooShort, "{short}");
        }
        assert!(choose("ключзамокпечкаю").is_ok());
        let words = "velvet tundra mosaic ";
        assert!(choose(&format!("{words}{}", "x".repeat(1024 - words.len()))).is_ok());
        assert_eq!(
            choose(&format!("{words}{}", "x".repeat(1025 - words.len()))).unwrap_err(),
            PasswordRefusal::TooLong
        );
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
