//! Splits Rust into code and string literals, as far as the checks need it.

/// A file's code with comments blanked and the contents of literals cut out, and those contents.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct RustText {
    pub(crate) code: String,
    pub(crate) strings: Vec<String>,
}

impl RustText {
    pub(crate) fn of(text: &str) -> Self {
        let mut split = Self::default();
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let is_raw = !split.code.ends_with(|before: char| before.is_alphanumeric() || before == '_');
            rest = if rest.starts_with("//") {
                &rest[rest.find('\n').unwrap_or(rest.len())..]
            } else if rest.starts_with("/*") {
                rest.find("*/").map_or("", |end| &rest[end + 2..])
            } else if let Some((string, after)) = raw_string(rest).filter(|_| is_raw) {
                split.push_string(string);
                after
            } else if let Some(quoted) = rest.strip_prefix('"') {
                let end = end_of_string(quoted);
                split.push_string(&quoted[..end]);
                quoted.get(end + 1..).unwrap_or_default()
            } else if let Some(length) = length_of_char(rest) {
                &rest[length..]
            } else {
                split.code.push(first);
                &rest[first.len_utf8()..]
            };
        }
        split
    }

    fn push_string(&mut self, string: &str) {
        self.code.push_str("\"\"");
        self.strings.push(string.to_owned());
    }
}

/// `r"…"`, `r#"…"#`, and so on: the contents, and what follows.
fn raw_string(text: &str) -> Option<(&str, &str)> {
    let after = text.strip_prefix('r')?;
    let hashes = after.len() - after.trim_start_matches('#').len();
    let contents = after[hashes..].strip_prefix('"')?;
    contents.split_once(&format!("\"{}", "#".repeat(hashes)))
}

/// Where the closing quote is.
fn end_of_string(quoted: &str) -> usize {
    let mut is_escaped = false;
    for (index, character) in quoted.char_indices() {
        match character {
            '"' if !is_escaped => return index,
            '\\' => is_escaped = !is_escaped,
            _ => is_escaped = false,
        }
    }
    quoted.len()
}

/// Of a character literal such as `'"'` or `'\n'`; a lifetime is none.
fn length_of_char(text: &str) -> Option<usize> {
    let inside = text.strip_prefix('\'')?;
    let mut characters = inside.char_indices();
    let (_, first) = characters.next()?;
    if first == '\\' {
        characters.next()?;
        return characters.find(|(_, character)| *character == '\'').map(|(index, _)| index + 2);
    }
    characters.next().filter(|(_, character)| *character == '\'').map(|(index, _)| index + 2)
}

/// Code without the items that only tests have: `#[cfg(test)]`, also as part of `all(test, …)`.
pub(crate) fn without_test_items(code: &str) -> String {
    let mut kept = String::new();
    let mut rest = code;
    while let Some(start) = ["#[cfg(test)]", "#[cfg(all(test"].iter().filter_map(|mark| rest.find(mark)).min()
    {
        kept.push_str(&rest[..start]);
        rest = &rest[start..];
        rest = &rest[end_of_item(rest)..];
    }
    kept + rest
}

/// Where an item ends that begins with an attribute: after its `;` or its closing brace.
fn end_of_item(code: &str) -> usize {
    let mut depth = 0_usize;
    for (index, character) in code.char_indices() {
        match character {
            '{' => depth += 1,
            '}' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return index + 1;
                }
            }
            ';' if depth == 0 => return index + 1,
            _ => {}
        }
    }
    code.len()
}

#[test]
fn strings_and_comments_are_told_from_code() {
    let text = RustText::of(
        r#"let a = "x \" y"; // "no"
            let b = r"raw"; /* 'c' "no" */ let c = ('"', '\'', '\u{1F}'); fn f<'a>(_: &'a str) {}"#,
    );
    assert_eq!(text.strings, [r#"x \" y"#, "raw"]);
    assert!(!text.code.contains("no"), "{}", text.code);
    assert_eq!(RustText::of("r##\"a \"# b\"## c").strings, ["a \"# b"]);
    assert!(text.code.ends_with("fn f<'a>(_: &'a str) {}"), "{}", text.code);
}

#[test]
fn items_of_tests_are_cut_out() {
    let code = "a #[cfg(test)]\nmod tests { fn f() { {} } } b #[cfg(all(test, unix))]\nmod c; d";
    assert_eq!(without_test_items(code), "a  b  d");
}
