//! How things are said: numbers, times, sentences.

pub(super) mod count;
pub(super) mod moment;
mod relative;

/// A sentence, from the reasons that our types give in the middle of one.
pub(super) fn sentence(text: &str) -> String {
    let mut characters = text.chars();
    let Some(first) = characters.next() else { return String::new() };
    let end = if text.ends_with(['.', '!', '?', '"']) { "" } else { "." };
    format!("{}{}{end}", first.to_uppercase(), characters.as_str())
}
