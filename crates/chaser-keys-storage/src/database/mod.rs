//! PostgreSQL for diesel: connections, migrations, schema.

pub(crate) mod clock;
mod connect;
mod connection_manager;
pub(crate) mod key_authenticates_at;
pub(crate) mod migrations;
pub(crate) mod pool;
pub(crate) mod schema;
