//! Texts and words as strings, in every format.

use core::fmt;
use core::marker::PhantomData;
use core::str::FromStr;

use serde_core::de::{Error, Visitor};
use serde_core::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{DisplayPrefix, KeyMode, KeyName, PepperId};

/// Reads a string through `FromStr`.
pub(super) struct Text<T> {
    expected: &'static str,
    parses_into: PhantomData<T>,
}

impl<T> Text<T> {
    pub(super) const fn new(expected: &'static str) -> Self {
        Self { expected, parses_into: PhantomData }
    }
}

impl<T: FromStr<Err: fmt::Display>> Visitor<'_> for Text<T> {
    type Value = T;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.expected)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        text.parse().map_err(E::custom)
    }
}

macro_rules! as_string {
    ($type:ty, $expected:literal) => {
        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_str(Text::new($expected))
            }
        }
    };
}

as_string!(DisplayPrefix, "a key's display prefix");
as_string!(KeyMode, "\"live\" or \"test\"");
as_string!(KeyName, "a key's name");
as_string!(PepperId, "a pepper's id");
