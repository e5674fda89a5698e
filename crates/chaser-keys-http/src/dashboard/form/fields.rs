//! The fields of a form, as text.

use url::form_urlencoded;
use zeroize::Zeroizing;

use crate::error::ApiError;

/// Names and values, wiped when dropped: a password may be among them.
pub(in crate::dashboard) struct Fields(Vec<(String, Zeroizing<String>)>);

impl Fields {
    /// Reads a body. What it says is not repeated in a refusal.
    pub(in crate::dashboard) fn parse(body: &[u8], known: &[&str]) -> Result<Self, ApiError> {
        let fields = Self(
            form_urlencoded::parse(body)
                .map(|(name, value)| (name.into_owned(), Zeroizing::new(value.into_owned())))
                .collect(),
        );
        fields.check(known)?;
        Ok(fields)
    }

    fn check(&self, known: &[&str]) -> Result<(), ApiError> {
        for (index, (name, value)) in self.0.iter().enumerate() {
            if !known.contains(&name.as_str()) {
                return refuse(format!("unknown field: this form takes {}", known.join(", ")));
            }
            if self.0[..index].iter().any(|(earlier, _)| earlier == name) {
                return refuse(format!("the field {name} is given twice"));
            }
            // U+FFFD stands where the body was not UTF-8; PostgreSQL's texts cannot hold NUL.
            if value.contains(['\0', '\u{fffd}']) {
                return refuse(format!("the field {name} is not plain text"));
            }
        }
        Ok(())
    }

    /// The value, or nothing for a field that is absent.
    pub(in crate::dashboard) fn text(&self, name: &str) -> &str {
        self.0.iter().find(|(given, _)| given == name).map_or("", |(_, value)| value.as_str())
    }

    /// The value for a type that wipes it.
    pub(in crate::dashboard) fn secret(&self, name: &str) -> Zeroizing<String> {
        Zeroizing::new(self.text(name).to_owned())
    }
}

fn refuse(message: String) -> Result<(), ApiError> {
    Err(ApiError::InvalidRequest(message))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(body: &str) -> Option<String> {
        Fields::parse(body.as_bytes(), &["name", "mode"]).err().map(|error| error.to_string())
    }

    #[test]
    fn only_known_fields_given_once_are_taken() {
        let fields = Fields::parse(b"name=a+b%2B%C3%A9&mode=", &["name", "mode"]).unwrap();
        assert_eq!((fields.text("name"), fields.text("mode"), fields.text("other")), ("a b+é", "", ""));
        assert_eq!(refusal(""), None);
        assert_eq!(refusal("hunter2=x").as_deref(), Some("unknown field: this form takes name, mode"));
        assert_eq!(refusal("name=a&name=a").as_deref(), Some("the field name is given twice"));
        assert_eq!(refusal("name=%00").as_deref(), Some("the field name is not plain text"));
        assert_eq!(refusal("name=%ff").as_deref(), Some("the field name is not plain text"));
    }
}
