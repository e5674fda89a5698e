//! What serde says of a body, in words that do not repeat the body.
//!
//! serde's own messages quote values ("invalid type: string \"hunter2\", …") and unknown field names. Only
//! three kinds of text are passed on: names of our own fields, what was expected, and the reasons that our
//! own types give (marked by [`refused`]).

use std::fmt::Display;

use serde::de;
use serde_json::error::Category;
use serde_path_to_error::Error;

use crate::error::ApiError;

const REFUSED: &str = "refused: ";

/// An error of a field's own type. Its text must not repeat the input.
pub(super) fn refused<E: de::Error>(reason: impl Display) -> E {
    E::custom(format_args!("{REFUSED}{reason}"))
}

/// A refusal of a JSON body: which field, and what it takes.
pub(super) fn explain_json(error: &Error<serde_json::Error>) -> ApiError {
    let inner = error.inner();
    let place = format!("line {}, column {}", inner.line(), inner.column());
    if inner.classify() != Category::Data {
        return ApiError::InvalidJson(place);
    }
    let text = inner.to_string();
    let text = text.rsplit_once(" at line ").map_or(text.as_str(), |(text, _)| text);
    match about_field(text, "body", &error.path().to_string()) {
        Some(message) => ApiError::InvalidRequest(message),
        None => ApiError::InvalidJson(place),
    }
}

/// A refusal of a form, in the same words. The fields of forms are text: only their names can be wrong.
pub(super) fn explain_form(error: &de::value::Error) -> ApiError {
    let message = about_field(&error.to_string(), "form", "");
    ApiError::InvalidRequest(message.unwrap_or_else(|| "this form cannot be read".to_owned()))
}

/// The path is only used where it names a field of ours: an unknown field never has a value.
fn about_field(text: &str, body: &str, path: &str) -> Option<String> {
    if let Some(name) = text.strip_prefix("missing field ") {
        return Some(format!("{name} is missing: add it to the {body}"));
    }
    if let Some(name) = text.strip_prefix("duplicate field ") {
        return Some(format!("{name} is given twice"));
    }
    if let Some(reason) = text.strip_prefix(REFUSED) {
        return Some(format!("`{path}`: {reason}"));
    }
    let (_, expected) = text.rsplit_once(", expected ").or_else(|| text.rsplit_once(", there are "))?;
    if text.starts_with("unknown field ") {
        let fields = expected.trim_start_matches("one of ").replace(" or ", ", ");
        return Some(format!("unknown field: this {body} takes {fields}"));
    }
    Some(format!("`{path}` must be {expected}"))
}
