//! The settings: one struct per concern, read once, all errors in one message.
//!
//! Each setting is an environment variable and a flag of the same name (`CHASER_BIND`, `--bind`); the flag
//! wins. Secrets are never printed, and the peppers are never a flag.

mod config_errors;
mod database;
mod duration;
mod environment;
mod http;
mod listen;
mod log;
mod peppers;
mod schema;
mod serve;
mod store;
mod store_options;
mod unknown_variables;

pub use config_errors::ConfigErrors;
pub use listen::ListenConfig;
pub use log::{LogConfig, LogFormat, LogSettings};
pub use schema::MigrateAtStart;
pub use serve::ServeConfig;
pub use store::StoreConfig;

pub(crate) use database::DatabaseSettings;
pub(crate) use http::warn_about_proxies;
pub(crate) use listen::{INTERNAL, PUBLIC};
pub(crate) use schema::MIGRATE;
pub(crate) use serve::ServeSettings;
pub(crate) use store::StoreSettings;

#[cfg(test)]
pub(crate) use {config_errors::flag_of, unknown_variables::known};

/// A setting's name and its value as `check-config` prints it: without secrets.
pub(crate) type Row = (&'static str, String);

/// Reads settings; fails if any of them is invalid, or if the environment has an unknown `CHASER_…` variable.
pub(crate) fn read<T>(read: impl FnOnce(&mut ConfigErrors) -> Option<T>) -> Result<T, ConfigErrors> {
    let mut errors = ConfigErrors::default();
    let config = read(&mut errors);
    unknown_variables::refuse(&mut errors);
    match config {
        Some(config) => errors.into_result().map(|()| config),
        None => Err(errors),
    }
}

/// A whole number from 1.
fn count(text: &str, most: usize) -> Result<usize, String> {
    let in_range = text.parse().ok().filter(|count| (1..=most).contains(count));
    in_range.ok_or_else(|| format!("{text:?} is no number from 1 to {most}"))
}
