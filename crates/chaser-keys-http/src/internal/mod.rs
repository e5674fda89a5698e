//! The internal listener: what proxies, services in other languages and operators ask.
//!
//! Everything here is open to whoever reaches the listener, so it must not be reachable from outside: with
//! `/authorize` and `/verify` anyone could try keys.

pub(crate) mod authorize;
pub(crate) mod fast_path;
pub(crate) mod health;
pub(crate) mod ingest_usage;
pub(crate) mod metrics;
pub(crate) mod verify;
