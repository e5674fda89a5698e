//! Media types (RFC 9110 §8.3.1).

/// Whether a `Content-Type` names JSON. Parameters such as `charset=utf-8` change nothing: JSON is UTF-8.
pub(crate) fn is_json(content_type: &[u8]) -> bool {
    has_essence(content_type, b"application/json")
}

/// Whether a `Content-Type` has this type and subtype, with any parameters.
pub(crate) fn has_essence(content_type: &[u8], expected: &[u8]) -> bool {
    let essence = content_type.split(|byte| *byte == b';').next().unwrap_or_default();
    essence.trim_ascii().eq_ignore_ascii_case(expected)
}
