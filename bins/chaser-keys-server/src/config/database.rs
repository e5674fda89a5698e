//! Where PostgreSQL is.

use chaser_keys_storage::DatabaseUrl;

use super::{Mistakes, Row, mistakes::given};

const URL: &str = "DATABASE_URL";

/// The database as it is written down.
#[derive(clap::Args)]
#[command(next_help_heading = "Database")]
pub(crate) struct DatabaseSettings {
    /// PostgreSQL's address: `postgres://user:password@host:5432/name`
    ///
    /// Beyond this machine the connection is encrypted and the server's certificate verified (`sslmode`,
    /// `sslrootcert`).
    ///
    /// A command line is visible to every user of the machine: a URL with a password belongs into the environment.
    #[arg(long, env = URL, hide_env_values = true, value_name = "URL")]
    database_url: Option<String>,
}

impl DatabaseSettings {
    pub(crate) fn read(self, mistakes: &mut Mistakes) -> Option<DatabaseUrl> {
        if given(self.database_url.clone()).is_none() {
            mistakes.add(URL, "it is not set: give it PostgreSQL's address, such as postgres://user:password@host:5432/name");
        }
        mistakes.read(URL, self.database_url, str::parse::<DatabaseUrl>)
    }
}

pub(crate) fn rows(url: &DatabaseUrl) -> Vec<Row> {
    vec![(URL, url.to_string())]
}
