//! The one place that reads the environment: where PostgreSQL's programs may be.

use std::env;
use std::ffi::OsString;
use std::path::PathBuf;

/// The directories of `PATH`, and `PG_BIN_DIR` where it is set.
#[expect(
    clippy::disallowed_methods,
    reason = "the programs' whereabouts are no configuration of the service"
)]
pub(crate) fn search_places() -> (Option<PathBuf>, Vec<PathBuf>) {
    let pg_bin_dir = env::var_os("PG_BIN_DIR").filter(|value| !value.is_empty()).map(PathBuf::from);
    let path = env::var_os("PATH").unwrap_or_default();
    (pg_bin_dir, env::split_paths(&path).collect())
}

/// The names of variables that would reach into a private server, such as `PGDATA` and `PGPORT`.
pub(crate) fn postgres_variables() -> impl Iterator<Item = OsString> {
    env::vars_os().map(|(name, _)| name).filter(|name| name.as_encoded_bytes().starts_with(b"PG"))
}
