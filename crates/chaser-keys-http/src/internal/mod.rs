//! The internal listener: what proxies, services in other languages and operators ask.
//!
//! The listener authenticates no caller, so it must not be reachable from outside: anyone could try keys with `/authorize`
//! and `/verify`.

pub(crate) mod authorize;
pub(crate) mod fast_path;
pub(crate) mod health;
pub(crate) mod ingest_usage;
pub(crate) mod metrics;
pub(crate) mod verify;
