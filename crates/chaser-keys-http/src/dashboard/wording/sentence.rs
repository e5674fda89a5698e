//! Sentences from the texts of errors.

/// A sentence from an error's text, which begins in lower case and ends without a full stop.
pub(in crate::dashboard) fn sentence(text: &str) -> String {
    let mut characters = text.chars();
    let Some(first) = characters.next() else { return String::new() };
    let end = if text.ends_with(['.', '!', '?']) { "" } else { "." };
    curled(&format!("{}{}{end}", first.to_uppercase(), characters.as_str()))
}

/// Replaces straight quotation marks, and the backquotes around names of fields, by the curly ones of pages.
fn curled(text: &str) -> String {
    let mut marks = ['“', '”'].into_iter().cycle();
    text.chars()
        .map(|character| match character {
            '"' | '`' => marks.next().unwrap_or(character),
            other => other,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_becomes_a_sentence() {
        assert_eq!(sentence("that is not it"), "That is not it.");
        assert_eq!(sentence("say \"a\", \"b\" or \"c\""), "Say “a”, “b” or “c”.");
        assert_eq!(sentence("`name` is given twice"), "“name” is given twice.");
        assert_eq!(sentence("Done!"), "Done!");
        assert_eq!(sentence(""), "");
    }
}
