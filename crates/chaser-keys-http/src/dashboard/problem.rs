//! A mistake in a field, shown above the form and next to the field.

/// A mistake in a field.
#[derive(Debug, Eq, PartialEq)]
pub(in crate::dashboard) struct Problem {
    /// The field's name, which is also its element's id.
    pub(in crate::dashboard) field: &'static str,
    pub(in crate::dashboard) text: String,
}

impl Problem {
    /// Makes a sentence of the text.
    pub(in crate::dashboard) fn new(field: &'static str, text: impl std::fmt::Display) -> Self {
        Self { field, text: crate::dashboard::wording::sentence::sentence(&text.to_string()) }
    }

    pub(in crate::dashboard) fn is_of(&self, field: &str) -> bool {
        self.field == field
    }
}
