//! Parsing a body that is one JSON object, in which every field is known.

use serde::de::DeserializeOwned;

use super::explanation::explain_json;
use crate::error::ApiError;

/// Parses a body. Unknown and duplicate fields are refused by the types themselves
/// (`deny_unknown_fields`), nesting by `serde_json`'s limit of 128.
pub(super) fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, ApiError> {
    let text = std::str::from_utf8(body).map_err(|_| ApiError::InvalidJson("it is not UTF-8".to_owned()))?;
    // serde would also accept the values as an array.
    if !text.trim_ascii_start().starts_with('{') {
        return Err(ApiError::InvalidRequest("the body must be a JSON object, {…}".to_owned()));
    }
    if contains_nul(text) {
        return Err(ApiError::InvalidRequest(r"no text may contain the character NUL (\u0000)".to_owned()));
    }
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let value = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| explain_json(&error))?;
    deserializer.end().map_err(|_| ApiError::InvalidJson("something follows the object".to_owned()))?;
    Ok(value)
}

/// PostgreSQL's texts cannot hold NUL. In JSON it can only stand as an escape: backslashes occur in
/// strings alone, and each belongs to the character after it.
fn contains_nul(text: &str) -> bool {
    let mut rest = text;
    while let Some(backslash) = rest.find('\\') {
        if rest[backslash..].starts_with(r"\u0000") {
            return true;
        }
        let mut after = rest[backslash + 1..].chars();
        after.next();
        rest = after.as_str();
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::body::field;
    use chaser_keys::{GracePeriod, KeyMode, KeyName};
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only what is refused is looked at")]
    struct Body {
        #[serde(deserialize_with = "field::parsed")]
        name: KeyName,
        #[serde(default, deserialize_with = "field::optional_parsed")]
        mode: Option<KeyMode>,
        #[serde(default, deserialize_with = "field::grace_days")]
        grace_days: Option<GracePeriod>,
    }

    fn refusal(body: &[u8]) -> String {
        match parse::<Body>(body) {
            Ok(body) => format!("taken: {body:?}"),
            Err(error) => format!("{} · {error}", error.code()),
        }
    }

    #[test]
    fn each_mistake_is_told_without_repeating_it() {
        let table: &[(&str, &str)] = &[
            ("", "invalid_request · the body must be a JSON object, {…}"),
            ("[\"ci\"]", "invalid_request · the body must be a JSON object, {…}"),
            ("null", "invalid_request · the body must be a JSON object, {…}"),
            ("{\"name\"", "invalid_json · the body is not valid JSON: line 1, column 7"),
            (
                "{\"name\":\"ci\"} x",
                "invalid_json · the body is not valid JSON: something follows the object",
            ),
            ("{\"name\":\"a\nb\"}", "invalid_json · the body is not valid JSON: line 2, column 0"),
            (r#"{"name":"\ud800"}"#, "invalid_json · the body is not valid JSON: line 1, column 16"),
            ("{}", "invalid_request · `name` is missing: add it to the body"),
            (
                r#"{"nam":"hunter2"}"#,
                "invalid_request · unknown field: this body takes `name`, `mode`, `grace_days`",
            ),
            (r#"{"name":"a","name":"b"}"#, "invalid_request · `name` is given twice"),
            (r#"{"name":7}"#, "invalid_request · `name` must be a string"),
            (r#"{"name":null}"#, "invalid_request · `name` must be a string"),
            (r#"{"name":{"a":"hunter2"}}"#, "invalid_request · `name` must be a string"),
            (
                r#"{"name":" "}"#,
                "invalid_request · `name`: give the key a name, for example \"production-scraper\"",
            ),
            (r#"{"name":"a\u0000b"}"#, "invalid_request · no text may contain the character NUL (\\u0000)"),
            (r#"{"na\u0000me":"a"}"#, "invalid_request · no text may contain the character NUL (\\u0000)"),
            (
                r#"{"name":"a","mode":"hunter2"}"#,
                "invalid_request · `mode`: the mode of a key is \"live\" or \"test\"",
            ),
            (r#"{"name":"a","mode":null}"#, "invalid_request · `mode` must be a string"),
            (r#"{"name":"a","mode":["live"]}"#, "invalid_request · `mode` must be a string"),
        ];
        for (body, expected) in table {
            assert_eq!(refusal(body.as_bytes()), *expected, "{body}");
        }
        assert_eq!(
            refusal(b"{\"name\":\"\xff\"}"),
            "invalid_json · the body is not valid JSON: it is not UTF-8"
        );
    }

    #[test]
    fn grace_days_is_a_whole_number_from_0_to_30() {
        for days in ["-1", "31", "256", "1e1", "7.0", "\"7\"", "null", "true", "18446744073709551616", "[7]"]
        {
            let body = format!(r#"{{"name":"a","grace_days":{days}}}"#);
            let expected = "invalid_request · `grace_days` must be a whole number from 0 to 30";
            assert_eq!(refusal(body.as_bytes()), expected, "{days}");
        }
        for days in ["0", "7", "30"] {
            assert!(
                refusal(format!(r#"{{"name":"a","grace_days":{days}}}"#).as_bytes()).starts_with("taken")
            );
        }
    }

    #[test]
    fn deep_nesting_is_refused_before_it_is_followed() {
        let body = format!(r#"{{"name":{}1{}}}"#, "[".repeat(5000), "]".repeat(5000));
        assert_eq!(refusal(body.as_bytes()), "invalid_request · `name` must be a string");
    }

    #[test]
    fn an_escaped_backslash_before_u0000_is_no_nul() {
        assert!(!contains_nul(r#"{"name":"\\u0000"}"#));
        assert!(contains_nul(r#"{"name":"\\\u0000"}"#));
        assert!(!contains_nul("\\é\\"));
    }
}
