//! Which media types are accepted. For JSON only `application/json`, which a form of another site cannot send.

use actix_web::http::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderMap};

use crate::error::ApiError;

/// Refuses a body that is not JSON, or compressed.
pub(super) fn check_json(headers: &HeaderMap) -> Result<(), ApiError> {
    if headers.get_all(CONTENT_ENCODING).any(|coding| !coding.as_bytes().eq_ignore_ascii_case(b"identity")) {
        return Err(ApiError::UnsupportedMediaType(
            "compressed bodies are not taken: send the body without Content-Encoding",
        ));
    }
    if is_json(headers) {
        Ok(())
    } else {
        Err(ApiError::UnsupportedMediaType(
            "send the body as JSON, with the header \"Content-Type: application/json\"",
        ))
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    has_type(headers, b"application/json")
}

/// Whether the body is a form.
pub(super) fn is_form(headers: &HeaderMap) -> bool {
    has_type(headers, b"application/x-www-form-urlencoded")
}

/// Whether there is one header, with this type. Parameters such as `charset=utf-8` change nothing: bodies are UTF-8.
fn has_type(headers: &HeaderMap, expected: &[u8]) -> bool {
    let mut types = headers.get_all(CONTENT_TYPE);
    let (Some(only), None) = (types.next(), types.next()) else { return false };
    let essence = only.as_bytes().split(|byte| *byte == b';').next().unwrap_or_default();
    essence.trim_ascii().eq_ignore_ascii_case(expected)
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::http::header::HeaderValue;

    #[test]
    fn only_json_is_taken_whatever_its_parameters() {
        let table: &[(&[&str], bool)] = &[
            (&["application/json"], true),
            (&["Application/JSON"], true),
            (&["application/json; charset=utf-8"], true),
            (&["application/json ;charset=\"UTF-8\""], true),
            (&[], false),
            (&[""], false),
            (&["application/jsonp"], false),
            (&["application/problem+json"], false),
            (&["text/plain"], false),
            (&["text/plain; application/json"], false),
            (&["application/x-www-form-urlencoded"], false),
            (&["application/json", "application/json"], false),
        ];
        for (types, taken) in table {
            let mut headers = HeaderMap::new();
            for content_type in *types {
                headers.append(CONTENT_TYPE, HeaderValue::from_str(content_type).unwrap());
            }
            assert_eq!(check_json(&headers).is_ok(), *taken, "{types:?}");
        }
    }
}
