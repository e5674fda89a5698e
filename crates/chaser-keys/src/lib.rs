#![doc = include_str!("../README.md")]

mod api_key;
mod display_prefix;
mod grace_period;
mod id;
mod issue;
mod key_digest;
mod key_mode;
mod key_name;
mod pepper;
mod peppers;
mod prepared_hmac;
mod presented_key;
mod revoke;
mod rotate;
mod secret_entropy;
mod secret_key;

pub use api_key::{ApiKey, KeyStatus};
pub use display_prefix::{DisplayPrefix, InvalidDisplayPrefix};
pub use grace_period::{GracePeriod, GracePeriodOutOfRange};
pub use id::{InvalidId, KeyId, UsageBatchId, UserId, WorkspaceId};
pub use issue::{IssuedKey, NewApiKey};
pub use key_digest::KeyDigest;
pub use key_mode::{InvalidKeyMode, KeyMode};
pub use key_name::{InvalidKeyName, KeyName};
pub use pepper::{InvalidPepper, Pepper, PepperFingerprint, PepperId};
pub use peppers::{InvalidPeppers, PepperedDigest, Peppers};
pub use presented_key::PresentedKey;
pub use revoke::Revocation;
pub use rotate::{RotateRefusal, Rotation};
pub use secret_entropy::{EntropyUnavailable, SecretEntropy};
pub use secret_key::{MalformedKey, SecretKey};

#[cfg(feature = "serde")]
mod serde_support;
