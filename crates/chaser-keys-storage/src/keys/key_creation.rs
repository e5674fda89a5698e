//! The result of a request for a new key.

use chaser_keys::{ApiKey, IssuedKey};

/// The result of a request for a new key, by creating or by rotating one.
#[derive(Debug)]
pub enum KeyCreation {
    /// A new key, with the only copy of its secret.
    Issued(IssuedKey),
    /// An earlier request with the same `Idempotency-Key` issued this key. Its secret was in the response to that
    /// request and cannot be shown again.
    Replayed(ApiKey),
}
