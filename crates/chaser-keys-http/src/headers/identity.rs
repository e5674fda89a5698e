//! `X-Chaser-Key-Id`, `X-Chaser-Workspace-Id` and `X-Chaser-Mode`: whose request it is, for the API behind.
//!
//! `/authorize` answers with them and the pass-through sends them on. The fast path writes the same three
//! (`internal/fast_path/responder.rs`).

use actix_web::http::header::{HeaderName, HeaderValue};
use chaser_keys_storage::VerifiedKey;
use uuid::Uuid;

use super::hyphenated;

const KEY_ID: HeaderName = HeaderName::from_static("x-chaser-key-id");
const WORKSPACE_ID: HeaderName = HeaderName::from_static("x-chaser-workspace-id");
/// `live` or `test`.
const MODE: HeaderName = HeaderName::from_static("x-chaser-mode");

/// The identity headers of a request with this key.
pub(crate) fn identity(key: &VerifiedKey) -> [(HeaderName, HeaderValue); 3] {
    [
        (KEY_ID, uuid_value(key.key_id.as_uuid())),
        (WORKSPACE_ID, uuid_value(key.workspace_id.as_uuid())),
        (MODE, HeaderValue::from_static(key.mode.as_str())),
    ]
}

fn uuid_value(id: Uuid) -> HeaderValue {
    // Hexadecimal digits and hyphens always make a header value.
    HeaderValue::from_bytes(&hyphenated(id.as_bytes())).unwrap_or_else(|_| HeaderValue::from_static(""))
}
