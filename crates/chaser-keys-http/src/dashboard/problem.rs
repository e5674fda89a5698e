//! What is wrong with a field, told above the form and beside the field.

/// One mistake.
#[derive(Debug, Eq, PartialEq)]
pub(in crate::dashboard) struct Problem {
    /// The field's name, which is its id in the page.
    pub(in crate::dashboard) field: &'static str,
    pub(in crate::dashboard) text: String,
}

impl Problem {
    /// The text as a sentence: the reasons of our own types begin small, as parts of one.
    pub(in crate::dashboard) fn new(field: &'static str, text: impl std::fmt::Display) -> Self {
        Self { field, text: crate::dashboard::wording::sentence::sentence(&text.to_string()) }
    }

    pub(in crate::dashboard) fn is_of(&self, field: &str) -> bool {
        self.field == field
    }
}
