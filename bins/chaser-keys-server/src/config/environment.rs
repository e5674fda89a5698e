//! The one place that reads the environment, besides clap for the settings that are also flags.

use std::env;

use zeroize::Zeroizing;

/// A secret that must not be a flag. Bytes that are no UTF-8 become U+FFFD, which no pepper holds.
#[expect(clippy::disallowed_methods, reason = "this is the configuration")]
pub(crate) fn secret(variable: &str) -> Option<Zeroizing<String>> {
    let value = env::var_os(variable)?;
    Some(Zeroizing::new(value.to_string_lossy().into_owned()))
}

/// The names of all variables.
pub(crate) fn names() -> Vec<String> {
    env::vars_os().map(|(name, _)| name.to_string_lossy().into_owned()).collect()
}
