//! Ids: UUIDs that cannot be mistaken for one another.

use core::error::Error;
use core::fmt;
use core::str::FromStr;

use uuid::Uuid;
use uuid::fmt::Hyphenated;

#[cfg(feature = "getrandom")]
use crate::EntropyUnavailable;

/// A string that is not an id.
///
/// The message does not repeat the input: an id field is where a secret is pasted by mistake.
///
/// ```
/// use chaser_keys::KeyId;
///
/// let error = "cha_live_qMRiH5q".parse::<KeyId>().unwrap_err();
/// assert!(error.to_string().starts_with("an id is a UUID in its canonical form"));
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct InvalidId {}

impl fmt::Display for InvalidId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(
            "an id is a UUID in its canonical form: 36 characters, lower case, with hyphens (RFC 9562 §4)",
        )
    }
}

impl Error for InvalidId {}

/// Accepts the canonical form alone, so that one id has one spelling in URLs, logs and caches.
fn parse_canonical(text: &str) -> Result<Uuid, InvalidId> {
    let uuid = Uuid::try_parse(text).map_err(|_| InvalidId {})?;
    if is_written(uuid, text) { Ok(uuid) } else { Err(InvalidId {}) }
}

/// Whether the text is this UUID's canonical form.
fn is_written(uuid: Uuid, text: &str) -> bool {
    let mut canonical = [0; Hyphenated::LENGTH];
    uuid.as_hyphenated().encode_lower(&mut canonical) == text
}

/// A random UUID (version 4, RFC 9562 §5.4).
#[cfg(feature = "getrandom")]
fn random() -> Result<Uuid, EntropyUnavailable> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes)?;
    Ok(uuid::Builder::from_random_bytes(bytes).into_uuid())
}

macro_rules! id_type {
    ($(#[$documentation:meta])* $name:ident) => {
        $(#[$documentation])*
        ///
        /// Parses from the canonical form only: lower case, with hyphens.
        ///
        /// ```
        #[doc = concat!("use chaser_keys::", stringify!($name), ";")]
        ///
        #[doc = concat!("let id: ", stringify!($name), " = \"68c58c43-dafc-433c-9d19-3719ab740159\".parse()?;")]
        /// assert_eq!(id.to_string(), "68c58c43-dafc-433c-9d19-3719ab740159");
        #[doc = concat!("assert!(\"68C58C43-DAFC-433C-9D19-3719AB740159\".parse::<", stringify!($name), ">().is_err());")]
        /// # Ok::<(), chaser_keys::InvalidId>(())
        /// ```
        #[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
        pub struct $name(Uuid);

        impl $name {
            /// A fresh random id: a UUID of version 4, 122 random bits from the operating system's generator.
            ///
            /// # Errors
            /// [`EntropyUnavailable`] where the system has no generator or refuses it.
            #[cfg(feature = "getrandom")]
            #[cfg_attr(docsrs, doc(cfg(feature = "getrandom")))]
            pub fn random() -> Result<Self, EntropyUnavailable> {
                random().map(Self)
            }

            /// Takes a UUID that was made or read elsewhere, of any version.
            #[must_use]
            pub const fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// The UUID, for a database or a wire format.
            #[must_use]
            pub const fn as_uuid(self) -> Uuid {
                self.0
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                parse_canonical(text).map(Self)
            }
        }

        impl TryFrom<&str> for $name {
            type Error = InvalidId;

            fn try_from(text: &str) -> Result<Self, InvalidId> {
                text.parse()
            }
        }

        impl From<Uuid> for $name {
            fn from(uuid: Uuid) -> Self {
                Self(uuid)
            }
        }

        impl From<$name> for Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        /// Equal to its canonical form and to no other spelling.
        impl PartialEq<str> for $name {
            fn eq(&self, text: &str) -> bool {
                is_written(self.0, text)
            }
        }

        /// Equal to its canonical form and to no other spelling.
        impl PartialEq<&str> for $name {
            fn eq(&self, text: &&str) -> bool {
                is_written(self.0, text)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.as_hyphenated().fmt(formatter)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(formatter, concat!(stringify!($name), "({})"), self.0)
            }
        }
    };
}

id_type! {
    /// Names one API key for all time; public, unlike the key's secret.
    KeyId
}
id_type! {
    /// Names a workspace: the customer that keys and usage belong to.
    WorkspaceId
}
id_type! {
    /// Names a person who signs in to the dashboard.
    UserId
}
id_type! {
    /// Names a batch of usage that a service reports, so that a batch sent again is not counted again.
    UsageBatchId
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_canonical_form_is_an_id() {
        let refused = [
            "",
            "68c58c43dafc433c9d193719ab740159",
            "{68c58c43-dafc-433c-9d19-3719ab740159}",
            "urn:uuid:68c58c43-dafc-433c-9d19-3719ab740159",
            "68C58C43-dafc-433c-9d19-3719ab740159",
            " 68c58c43-dafc-433c-9d19-3719ab740159",
            "68c58c43-dafc-433c-9d19-3719ab74015g",
            "68c58c43-dafc-433c-9d19-3719ab740159\0",
        ];
        for text in refused {
            assert_eq!(text.parse::<KeyId>(), Err(InvalidId {}), "{text:?}");
        }
    }
}
