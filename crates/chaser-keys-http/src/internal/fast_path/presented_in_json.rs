//! Reads `{"key":"…"}` without a JSON parser: this one shape, with spaces anywhere, and no escapes.

/// The key's text; none for every other body, which is left to the framework.
pub(super) fn presented_in(body: &[u8]) -> Option<&[u8]> {
    let rest = after(body, b"{")?;
    let rest = after(rest, b"\"key\"")?;
    let rest = after(rest, b":")?;
    let rest = after(rest, b"\"")?;
    // In a key there is neither a quote nor a backslash: a text with them is refused by its form.
    let end = rest.iter().position(|byte| *byte == b'"')?;
    let (text, rest) = rest.split_at(end);
    let rest = after(rest, b"\"")?;
    let rest = after(rest, b"}")?;
    skip_whitespace(rest).is_empty().then_some(text)
}

/// What follows a token, if the text begins with it, except for whitespace.
fn after<'a>(text: &'a [u8], token: &[u8]) -> Option<&'a [u8]> {
    skip_whitespace(text).strip_prefix(token)
}

/// JSON's whitespace (RFC 8259 §2).
fn skip_whitespace(mut text: &[u8]) -> &[u8] {
    while let [b' ' | b'\t' | b'\n' | b'\r', rest @ ..] = text {
        text = rest;
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_shape_is_read_and_every_other_is_left_to_the_framework() {
        for body in [r#"{"key":"k"}"#, r#"{"key": "k"}"#, " {\r\n\t\"key\" :\"k\" } \n"] {
            assert_eq!(presented_in(body.as_bytes()), Some(&b"k"[..]), "{body}");
        }
        assert_eq!(presented_in(br#"{"key":" k "}"#), Some(&b" k "[..]));
        for other in [
            "",
            "{}",
            "{",
            r#"{"key":"k""#,
            r#"{"key":"k}"#,
            r#"{"key":"k"}}"#,
            r#"{"key":"k"},"#,
            r#"{"key":"k",}"#,
            r#"{"key":"k","key":"k"}"#,
            r#"{"keys":["k"]}"#,
            r#"{"Key":"k"}"#,
            r#"{"\u006bey":"k"}"#,
            r#"{"key":7}"#,
            r#"{"key":null}"#,
            r#"["key","k"]"#,
            "{\u{a0}\"key\":\"k\"}",
            "{\u{b}\"key\":\"k\"}",
            "\u{feff}{\"key\":\"k\"}",
            r#"{"key":"k"}x"#,
        ] {
            assert_eq!(presented_in(other.as_bytes()), None, "{other}");
        }
    }
}
