//! The pairs of a `Cookie` header (RFC 6265 §5.4).

/// Each `name=value` as it was sent, without the spaces around it.
pub(crate) fn cookie_pairs(header: &[u8]) -> impl Iterator<Item = &[u8]> {
    header.split(|byte| *byte == b';').map(<[u8]>::trim_ascii)
}

/// A pair without `=` is a name with an empty value.
pub(crate) fn name_and_value(pair: &[u8]) -> (&[u8], &[u8]) {
    let end_of_name = pair.iter().position(|byte| *byte == b'=').unwrap_or(pair.len());
    let value = pair.get(end_of_name + 1..).unwrap_or_default();
    (pair[..end_of_name].trim_ascii(), value.trim_ascii())
}
