//! How things are said: numbers, times, sentences.

pub(super) mod count;
pub(super) mod moment;
mod relative;

/// A sentence, from the reasons that our types give in the middle of one.
pub(super) fn sentence(text: &str) -> String {
    let mut characters = text.chars();
    let Some(first) = characters.next() else { return String::new() };
    let end = if text.ends_with(['.', '!', '?']) { "" } else { "." };
    format!("{}{}{end}", first.to_uppercase(), curled(characters.as_str()))
}

/// With the quotation marks that pages have, in the place of those that programs have.
fn curled(text: &str) -> String {
    let mut marks = ["“", "”"].into_iter().cycle();
    text.split_inclusive('"')
        .map(|part| {
            part.strip_suffix('"')
                .map_or(part.to_owned(), |part| part.to_owned() + marks.next().unwrap_or_default())
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
        assert_eq!(sentence("Done!"), "Done!");
        assert_eq!(sentence(""), "");
    }
}
