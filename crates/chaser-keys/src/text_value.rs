//! The traits of a checked text: what a `String` has, without a way to an unchecked one.

/// Implements them for a newtype of `String` that has `check(&str) -> Result<&str, Error>`, which returns the part
/// of the text to keep.
macro_rules! text_value {
    ($name:ident, $error:ty) => {
        impl core::str::FromStr for $name {
            type Err = $error;

            fn from_str(text: &str) -> Result<Self, $error> {
                Self::check(text).map(|kept| Self(kept.into()))
            }
        }

        impl TryFrom<&str> for $name {
            type Error = $error;

            fn try_from(text: &str) -> Result<Self, $error> {
                text.parse()
            }
        }

        /// Keeps the allocation if the whole text is kept.
        impl TryFrom<alloc::string::String> for $name {
            type Error = $error;

            fn try_from(text: alloc::string::String) -> Result<Self, $error> {
                let kept = Self::check(&text)?;
                if kept.len() == text.len() { Ok(Self(text)) } else { Ok(Self(kept.into())) }
            }
        }

        impl From<$name> for alloc::string::String {
            fn from(value: $name) -> Self {
                value.0
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl core::borrow::Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl PartialEq<str> for $name {
            fn eq(&self, text: &str) -> bool {
                self.0 == text
            }
        }

        impl PartialEq<&str> for $name {
            fn eq(&self, text: &&str) -> bool {
                self.0 == *text
            }
        }

        impl core::fmt::Display for $name {
            fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                formatter.pad(&self.0)
            }
        }
    };
}

pub(crate) use text_value;
