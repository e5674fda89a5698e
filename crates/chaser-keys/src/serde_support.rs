//! `serde` for what may be written down. Secrets, digests and peppers are left out on purpose.

use std::borrow::Cow;

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{
    DisplayPrefix, GracePeriod, GracePeriodOutOfRange, KeyId, KeyMode, KeyName, UserId, WorkspaceId,
};

/// As a string, through `Display` and `FromStr`: what is read passes the same door as anywhere else.
macro_rules! as_string {
    ($($type:ty),+) => {$(
        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Cow::<str>::deserialize(deserializer)?.parse().map_err(D::Error::custom)
            }
        }
    )+};
}

as_string!(KeyId, WorkspaceId, UserId, KeyMode, KeyName, DisplayPrefix);

/// As a number of days.
impl Serialize for GracePeriod {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u8(self.days())
    }
}

impl<'de> Deserialize<'de> for GracePeriod {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // serde's own "invalid type: string \"…\"" would repeat a secret that was pasted here.
        let days = i64::deserialize(deserializer).map_err(|_| D::Error::custom(GracePeriodOutOfRange))?;
        Self::from_days(days).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_pass_through_json_unchanged_and_bad_ones_are_refused() {
        let id: KeyId = serde_json::from_str(r#""68c58c43-dafc-433c-9d19-3719ab740159""#).unwrap();
        assert_eq!(serde_json::to_string(&id).unwrap(), r#""68c58c43-dafc-433c-9d19-3719ab740159""#);
        assert_eq!(serde_json::from_str::<GracePeriod>("30").unwrap().days(), 30);
        assert_eq!(serde_json::to_string(&KeyMode::Test).unwrap(), r#""test""#);
        for days in ["-1", "31", "256", "1e1", "7.0", "\"7\"", "null", "true"] {
            assert!(serde_json::from_str::<GracePeriod>(days).is_err(), "{days}");
        }
        assert!(serde_json::from_str::<KeyName>(r#""a\u0000b""#).is_err());
    }
}
