//! A form that makes something can be sent twice, by a double click or a reload, and makes one thing.

use chaser_keys_storage::{IdempotencyKey, InvalidIdempotencyKey};
use uuid::Uuid;

/// A fresh nonce for a form. It is the `Idempotency-Key` of the API by another way in.
pub(super) fn fresh() -> String {
    format!("form-{}", Uuid::new_v4())
}

/// The nonce that a form brings back.
pub(super) fn parse(text: &str) -> Result<IdempotencyKey, InvalidIdempotencyKey> {
    text.parse()
}
