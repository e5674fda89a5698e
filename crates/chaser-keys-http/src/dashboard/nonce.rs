//! Nonces of forms: a form that is sent twice, by a double click or a reload, is carried out once.

use chaser_keys_storage::{IdempotencyKey, InvalidIdempotencyKey};
use uuid::Uuid;

/// A new nonce, which the store takes as the `Idempotency-Key`.
pub(super) fn fresh() -> String {
    format!("form-{}", Uuid::new_v4())
}

/// The nonce of a form that was sent.
pub(super) fn parse(text: &str) -> Result<IdempotencyKey, InvalidIdempotencyKey> {
    text.parse()
}
