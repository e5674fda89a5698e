//! The settings: one struct per concern, read once, every mistake told in one message.
//!
//! Each setting is an environment variable and a flag of the same name (`CHASER_BIND`, `--bind`); the flag
//! wins. Secrets are never printed, and the peppers are never a flag.

mod database;
mod duration;
mod environment;
mod http;
mod lease;
mod listen;
mod log;
mod mistakes;
mod peppers;
mod pool;
mod schema;
mod sessions;
mod unknown_variables;
mod upstream;
mod usage;

mod serve;
mod store;

pub use http::HttpConfig;
pub use lease::LeaseConfig;
pub use listen::ListenConfig;
pub use log::{LogConfig, LogFormat, LogSettings};
pub use mistakes::Mistakes;
pub use pool::PoolConfig;
pub use schema::MigrateAtStart;
pub use serve::ServeConfig;
pub use store::StoreConfig;
pub use upstream::UpstreamConfig;
pub use usage::UsageConfig;

pub(crate) use database::DatabaseSettings;
pub(crate) use listen::{INTERNAL, PUBLIC};
pub(crate) use schema::MIGRATE;
pub(crate) use serve::ServeSettings;
pub(crate) use store::StoreSettings;

#[cfg(test)]
pub(crate) use {mistakes::flag_of, unknown_variables::known};

/// A setting's name and its value as `check-config` prints it: without secrets.
pub(crate) type Row = (&'static str, String);

/// Reads settings and succeeds when there is no mistake among them or in the environment.
pub(crate) fn read<T>(read: impl FnOnce(&mut Mistakes) -> Option<T>) -> Result<T, Mistakes> {
    let mut mistakes = Mistakes::default();
    let config = read(&mut mistakes);
    unknown_variables::refuse(&mut mistakes);
    match config {
        Some(config) => mistakes.none().map(|()| config),
        None => Err(mistakes),
    }
}

/// A whole number from 1.
fn count(text: &str, most: usize) -> Result<usize, String> {
    let in_range = text.parse().ok().filter(|count| (1..=most).contains(count));
    in_range.ok_or_else(|| format!("{text:?} is no number from 1 to {most}"))
}
