//! A grace period as its number of days; an expiry as microseconds since the Unix epoch, or none for never.

use serde_core::de::Error;
use serde_core::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{Expiry, GracePeriod, GracePeriodOutOfRange};

impl Serialize for GracePeriod {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u8(self.days())
    }
}

impl<'de> Deserialize<'de> for GracePeriod {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // As it was written: a format that does not describe itself reads another number for another width. Any
        // failure is this one, since serde's "invalid type: string \"…\"" would repeat a secret that was pasted here.
        let days = u8::deserialize(deserializer).map_err(|_| D::Error::custom(GracePeriodOutOfRange {}))?;
        Self::from_days(days.into()).map_err(D::Error::custom)
    }
}

impl Serialize for Expiry {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match *self {
            Self::NEVER => serializer.serialize_none(),
            end => serializer.serialize_some(&end.unix_microseconds()),
        }
    }
}

impl<'de> Deserialize<'de> for Expiry {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let microseconds = Option::<i64>::deserialize(deserializer).map_err(|_| {
            D::Error::custom("an expiry is a number of microseconds since the Unix epoch, or none")
        })?;
        Ok(microseconds.map_or(Self::NEVER, Self::from_unix_microseconds))
    }
}
