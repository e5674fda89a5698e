//! Deserializers of the fields of a body: strict, and into types of the domain.
//!
//! The domain's own `Deserialize` is not used here: its errors are not marked (`explanation.rs`), so that they could not
//! be told from serde's, which quote the input. `null` is refused everywhere; an optional field is left out instead.

use std::fmt::{self, Display, Formatter};
use std::marker::PhantomData;
use std::str::FromStr;

use chaser_keys::GracePeriod;
use chaser_keys_storage::Traffic;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, MapAccess, Unexpected, Visitor};
use serde::{Deserialize, Deserializer};
use zeroize::Zeroizing;

use super::explanation::refused;

/// A string that parses into a type, whose errors say what it takes and do not repeat the input.
pub(crate) fn parsed<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: FromStr<Err: Display>,
{
    deserializer.deserialize_str(Parsed(PhantomData))
}

/// The same for a field that may be absent.
pub(crate) fn optional_parsed<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: FromStr<Err: Display>,
{
    parsed(deserializer).map(Some)
}

/// A string that is wiped when dropped.
pub(crate) fn secret<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Zeroizing<String>, D::Error> {
    deserializer.deserialize_string(Secret)
}

/// Days of grace; may be absent.
pub(crate) fn grace_days<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<GracePeriod>, D::Error> {
    deserializer.deserialize_i64(GraceDays).map(Some)
}

/// A number from 0 to [`Traffic::MAX`].
pub(crate) fn count<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    deserializer.deserialize_u64(Count)
}

/// An object within a body. serde would also accept the values of a plain struct as an array.
pub(crate) struct Object<T>(pub(crate) T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Fields(PhantomData)).map(Self)
    }
}

struct Fields<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for Fields<T> {
    type Value = T;

    fn expecting(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<M: MapAccess<'de>>(self, map: M) -> Result<T, M::Error> {
        T::deserialize(MapAccessDeserializer::new(map))
    }
}

struct Count;

impl Visitor<'_> for Count {
    type Value = u64;

    fn expecting(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        write!(formatter, "a whole number from 0 to {}", Traffic::MAX)
    }

    fn visit_u64<E: Error>(self, count: u64) -> Result<u64, E> {
        if count <= Traffic::MAX {
            Ok(count)
        } else {
            Err(E::invalid_value(Unexpected::Unsigned(count), &self))
        }
    }
}

struct Parsed<T>(PhantomData<T>);

impl<T: FromStr<Err: Display>> Visitor<'_> for Parsed<T> {
    type Value = T;

    fn expecting(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str("a string")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        text.parse().map_err(refused)
    }
}

struct Secret;

impl Visitor<'_> for Secret {
    type Value = Zeroizing<String>;

    fn expecting(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str("a string")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Zeroizing::new(text.to_owned()))
    }

    /// Takes the string over: a copy would leave this one in memory.
    fn visit_string<E: Error>(self, text: String) -> Result<Self::Value, E> {
        Ok(Zeroizing::new(text))
    }
}

struct GraceDays;

impl Visitor<'_> for GraceDays {
    type Value = GracePeriod;

    fn expecting(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        write!(formatter, "a whole number from 0 to {}", GracePeriod::MAX_DAYS)
    }

    fn visit_i64<E: Error>(self, days: i64) -> Result<GracePeriod, E> {
        let out_of_range = |_| E::invalid_value(Unexpected::Signed(days), &self);
        GracePeriod::from_days(days).map_err(out_of_range)
    }

    fn visit_u64<E: Error>(self, days: u64) -> Result<GracePeriod, E> {
        self.visit_i64(i64::try_from(days).unwrap_or(i64::MAX))
    }
}
