//! The schema's history, embedded in the program.

mod apply;
mod pending;
mod privilege;

use std::time::Duration;

use chaser_keys_node::postgres::ConnectionTimeouts;
use diesel_migrations::{EmbeddedMigrations, embed_migrations};

pub use apply::run_migrations;
pub use pending::pending_migrations;
pub use privilege::check_right_to_migrate;

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../../migrations");

/// Longer than a request's: a migration may rewrite a table.
const TIMEOUTS: ConnectionTimeouts = ConnectionTimeouts {
    connect: Duration::from_secs(5),
    statement: Duration::from_mins(10),
    idle_in_transaction: Duration::from_mins(10),
};

/// A hash of all migrations' texts. It names the template database of tests: other migrations, another template.
#[must_use]
pub const fn schema_fingerprint() -> &'static str {
    env!("CHASER_SCHEMA_FINGERPRINT")
}
