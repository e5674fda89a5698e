#![doc = include_str!("../README.md")]

mod authenticate;
mod freshness_unproven;
mod refusal;
mod shared_verifier;
#[cfg(feature = "testing")]
pub mod testing;
mod verified_key;
mod verify;

pub use authenticate::{authenticate, presented_key};
pub use freshness_unproven::FreshnessUnproven;
pub use refusal::Refusal;
pub use shared_verifier::SharedVerifier;
pub use verified_key::VerifiedKey;
pub use verify::Verify;
