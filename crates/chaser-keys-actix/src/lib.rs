#![doc = include_str!("../README.md")]

mod authenticated_key;
mod identify;
mod refused;
mod require_key;

pub use authenticated_key::AuthenticatedKey;
pub use refused::Refused;
pub use require_key::{RequireKey, RequireKeyService};

/// The examples of `docs/rust-services.md` have to compile.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/rust-services.md")]
struct RustServices;
