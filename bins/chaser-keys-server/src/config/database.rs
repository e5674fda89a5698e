//! Where PostgreSQL is.

use chaser_keys_storage::DatabaseUrl;

use super::config_errors::given;
use super::{ConfigErrors, Row};

const URL: &str = "DATABASE_URL";

/// The setting as text.
#[derive(clap::Args)]
#[command(next_help_heading = "Database")]
pub(crate) struct DatabaseSettings {
    /// PostgreSQL's address: `postgres://user:password@host:5432/name`
    ///
    /// Beyond this machine the connection is encrypted and the server's certificate verified (`sslmode`,
    /// `sslrootcert`).
    ///
    /// A command line is visible to every user of the machine: put a URL with a password into the environment,
    /// not on the command line.
    #[arg(long, env = URL, hide_env_values = true, value_name = "URL")]
    database_url: Option<String>,
}

impl DatabaseSettings {
    pub(crate) fn read(self, errors: &mut ConfigErrors) -> Option<DatabaseUrl> {
        if given(self.database_url.clone()).is_none() {
            errors.add(URL, "it is not set: give it PostgreSQL's address, such as postgres://user:password@host:5432/name");
        }
        errors.read(URL, self.database_url, str::parse::<DatabaseUrl>)
    }
}

pub(crate) fn rows(url: &DatabaseUrl) -> Vec<Row> {
    vec![(URL, url.to_string())]
}
