//! Everything that is wrong with the settings, reported together.

use std::fmt;

/// One line for each error: the setting, what is wrong with it, and the fix.
#[derive(Debug, Default)]
pub struct ConfigErrors {
    lines: Vec<String>,
}

impl ConfigErrors {
    /// Adds an error about a variable or the flag of the same name.
    pub(crate) fn add(&mut self, variable: &str, problem: impl fmt::Display) {
        let line = match flag_of(variable) {
            Some(flag) => format!("{variable} (--{flag}): {problem}"),
            None => format!("{variable}: {problem}"),
        };
        self.lines.push(line.replace(['\n', '\r'], " "));
    }

    /// Adds an error about something that is no setting, such as a command's own argument.
    pub(crate) fn add_argument(&mut self, argument: &str, problem: impl fmt::Display) {
        self.lines.push(format!("{argument}: {problem}").replace(['\n', '\r'], " "));
    }

    /// A command's own argument as it was parsed, or `None` after adding an error.
    pub(crate) fn argument<T, E: fmt::Display>(&mut self, name: &str, parsed: Result<T, E>) -> Option<T> {
        parsed.map_err(|problem| self.add_argument(name, problem)).ok()
    }

    /// A value as it was parsed, or the default: for a blank one, and after adding an error for an invalid one.
    pub(crate) fn read_or<T, E: fmt::Display>(
        &mut self,
        variable: &str,
        text: impl Into<Option<String>>,
        default: T,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> T {
        self.read(variable, text, parse).unwrap_or(default)
    }

    /// A value as it was parsed; `None` for a blank one, and after adding an error for an invalid one.
    pub(crate) fn read<T, E: fmt::Display>(
        &mut self,
        variable: &str,
        text: impl Into<Option<String>>,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        let text = given(text.into())?;
        parse(&text).map_err(|problem| self.add(variable, problem)).ok()
    }

    /// Succeeds if there is no error.
    pub fn into_result(self) -> Result<(), Self> {
        if self.lines.is_empty() { Ok(()) } else { Err(self) }
    }
}

/// A blank value counts as none: that is how compose files and unit files leave a variable out.
pub(crate) fn given(text: Option<String>) -> Option<String> {
    text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// `CHASER_INTERNAL_BIND` → `internal-bind`. The peppers have no flag: a command line is visible to
/// every user of the machine.
pub(crate) fn flag_of(variable: &str) -> Option<String> {
    if variable == super::peppers::VARIABLE {
        return None;
    }
    let name = variable.strip_prefix("CHASER_").unwrap_or(variable);
    Some(name.to_ascii_lowercase().replace('_', "-"))
}

impl fmt::Display for ConfigErrors {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.lines.join("\n"))
    }
}

impl std::error::Error for ConfigErrors {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_error_is_one_line_that_names_variable_and_flag() {
        let mut errors = ConfigErrors::default();
        errors.add("CHASER_INTERNAL_BIND", "no\nport");
        errors.add("CHASER_PEPPERS", "too short");
        let expected = "CHASER_INTERNAL_BIND (--internal-bind): no port\nCHASER_PEPPERS: too short";
        assert_eq!(errors.to_string(), expected);
    }

    #[test]
    fn a_blank_value_is_not_given_and_a_wrong_one_leaves_the_default() {
        let mut errors = ConfigErrors::default();
        let parse = |text: &str| text.parse::<u8>();
        assert_eq!(errors.read_or("CHASER_A", Some("  ".into()), 7, parse), 7);
        assert_eq!(errors.lines.len(), 0);
        assert_eq!(errors.read_or("CHASER_A", Some("x".into()), 7, parse), 7);
        assert_eq!(errors.lines.len(), 1);
    }
}
