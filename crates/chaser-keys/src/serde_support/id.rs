//! Ids: their canonical text in formats that people read, 16 bytes in others. Both are what the crate `uuid` writes.

use core::fmt;

use serde_core::de::{Error, Visitor};
use serde_core::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;
use uuid::fmt::Hyphenated;

use super::text::Text;
use crate::{KeyId, UsageBatchId, UserId, WorkspaceId};

struct Bytes;

impl Visitor<'_> for Bytes {
    type Value = Uuid;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the 16 bytes of an id")
    }

    fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Uuid, E> {
        Uuid::from_slice(bytes).map_err(|_| E::invalid_length(bytes.len(), &self))
    }
}

macro_rules! as_text_or_bytes {
    ($($type:ty),+) => {$(
        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let uuid = self.as_uuid();
                if serializer.is_human_readable() {
                    serializer.serialize_str(uuid.as_hyphenated().encode_lower(&mut [0; Hyphenated::LENGTH]))
                } else {
                    serializer.serialize_bytes(uuid.as_bytes())
                }
            }
        }

        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                if deserializer.is_human_readable() {
                    deserializer.deserialize_str(Text::new("an id"))
                } else {
                    deserializer.deserialize_bytes(Bytes).map(Self::from_uuid)
                }
            }
        }
    )+};
}

as_text_or_bytes!(KeyId, UsageBatchId, UserId, WorkspaceId);
