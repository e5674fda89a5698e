//! A status as an enum: `"active"`, `{"grace": …}`, `{"revoked": …}`, the moment in microseconds since the Unix epoch.

use core::fmt;

use serde_core::de::{EnumAccess, Error, VariantAccess, Visitor};
use serde_core::{Deserialize, Deserializer, Serialize, Serializer};
use time::OffsetDateTime;

use crate::{Expiry, KeyStatus};

const NAME: &str = "KeyStatus";
/// Formats that do not describe themselves write the position: add new ones at the end.
const VARIANTS: &[&str] = &["active", "grace", "revoked"];

impl Serialize for KeyStatus {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let microseconds = |moment| Expiry::at(moment).unix_microseconds();
        match *self {
            Self::Active => serializer.serialize_unit_variant(NAME, 0, self.as_str()),
            Self::Grace { until } => {
                serializer.serialize_newtype_variant(NAME, 1, self.as_str(), &microseconds(until))
            }
            Self::Revoked { since } => {
                serializer.serialize_newtype_variant(NAME, 2, self.as_str(), &microseconds(since))
            }
        }
    }
}

impl<'de> Deserialize<'de> for KeyStatus {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_enum(NAME, VARIANTS, Status)
    }
}

struct Status;

impl<'de> Visitor<'de> for Status {
    type Value = KeyStatus;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a key's status")
    }

    fn visit_enum<A: EnumAccess<'de>>(self, data: A) -> Result<KeyStatus, A::Error> {
        let (variant, value) = data.variant::<Variant>()?;
        match variant {
            Variant::Active => value.unit_variant().map(|()| KeyStatus::Active),
            Variant::Grace => value.newtype_variant().map(|Moment(until)| KeyStatus::Grace { until }),
            Variant::Revoked => value.newtype_variant().map(|Moment(since)| KeyStatus::Revoked { since }),
        }
    }
}

struct Moment(OffsetDateTime);

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let refused = || D::Error::custom("a moment is a number of microseconds since the Unix epoch");
        let microseconds = i64::deserialize(deserializer).map_err(|_| refused())?;
        let moment = OffsetDateTime::from_unix_timestamp_nanos(i128::from(microseconds) * 1_000);
        moment.map(Self).map_err(|_| refused())
    }
}

#[derive(Clone, Copy)]
enum Variant {
    Active,
    Grace,
    Revoked,
}

impl<'de> Deserialize<'de> for Variant {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_identifier(VariantName)
    }
}

struct VariantName;

impl Visitor<'_> for VariantName {
    type Value = Variant;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("\"active\", \"grace\" or \"revoked\"")
    }

    fn visit_u64<E: Error>(self, position: u64) -> Result<Variant, E> {
        match position {
            0 => Ok(Variant::Active),
            1 => Ok(Variant::Grace),
            2 => Ok(Variant::Revoked),
            _ => Err(unknown()),
        }
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Variant, E> {
        match name {
            "active" => Ok(Variant::Active),
            "grace" => Ok(Variant::Grace),
            "revoked" => Ok(Variant::Revoked),
            _ => Err(unknown()),
        }
    }
}

/// Not `Error::unknown_variant`, which repeats the input.
fn unknown<E: Error>() -> E {
    E::custom("the status of a key is \"active\", \"grace\" or \"revoked\"")
}
