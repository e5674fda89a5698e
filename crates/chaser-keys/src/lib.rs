#![doc = include_str!("../README.md")]
#![cfg_attr(not(test), no_std)]
#![cfg_attr(docsrs, feature(doc_cfg))]

extern crate alloc;

mod api_key;
mod authorization;
mod checksum;
mod display_prefix;
#[cfg(feature = "getrandom")]
mod entropy_unavailable;
mod expiry;
mod grace_period;
mod id;
mod issue;
mod key_digest;
mod key_mode;
mod key_name;
mod key_status;
mod malformed_key;
mod old_key_use;
mod pepper;
mod pepper_fingerprint;
mod pepper_id;
mod peppers;
mod prepared_hmac;
mod presented_key;
mod revoke;
mod rotate;
mod secret_entropy;
mod secret_key;
#[cfg(feature = "serde")]
mod serde_support;
mod text_value;

pub use api_key::{ApiKey, PrefixOfOtherMode};
pub use display_prefix::{DisplayPrefix, InvalidDisplayPrefix};
#[cfg(feature = "getrandom")]
#[cfg_attr(docsrs, doc(cfg(feature = "getrandom")))]
pub use entropy_unavailable::EntropyUnavailable;
pub use expiry::Expiry;
pub use grace_period::{GracePeriod, GracePeriodOutOfRange};
pub use id::{InvalidId, KeyId, UsageBatchId, UserId, WorkspaceId};
pub use issue::{IssuedKey, NewApiKey};
pub use key_digest::KeyDigest;
pub use key_mode::{InvalidKeyMode, KeyMode};
pub use key_name::{InvalidKeyName, KeyName};
pub use key_status::KeyStatus;
pub use malformed_key::MalformedKey;
pub use old_key_use::{OldKeyRequests, OldKeyUse, SuccessorUse};
pub use pepper::{InvalidPepper, Pepper};
pub use pepper_fingerprint::PepperFingerprint;
pub use pepper_id::{InvalidPepperId, PepperId};
pub use peppers::{InvalidPeppers, PepperedDigest, Peppers, PeppersIter};
pub use presented_key::PresentedKey;
pub use revoke::Revocation;
pub use rotate::{RotateRefusal, Rotation};
pub use secret_entropy::SecretEntropy;
pub use secret_key::SecretKey;

// Their types stand in signatures: with these, a caller needs no second version of them.
pub use {time, uuid, zeroize};
