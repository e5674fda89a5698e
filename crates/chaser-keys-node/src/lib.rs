#![doc = include_str!("../README.md")]

mod error_chain;
mod node;
mod node_error;
pub mod postgres;
mod replica;
mod schema_check;
#[cfg(test)]
mod test_database;
pub mod timing;
mod usage;
mod verified_key;
mod verifier;

pub use error_chain::ErrorChain;
pub use node::{Node, NodeOptions};
pub use node_error::{NodeError, NotReady};
pub use postgres::{DatabaseClock, DatabaseUrl, InvalidDatabaseUrl};
pub use replica::boot_instant::BootInstant;
pub use replica::pepper_coverage::PepperMismatch;
pub use replica::status::NodeStatus;
pub use usage::{Traffic, TrafficMeter};
pub use verified_key::{FreshnessUnproven, VerifiedKey};
pub use verifier::Verifier;
