//! PostgreSQL for diesel: connections, migrations, schema.

pub(crate) mod clock;
pub(crate) mod connect;
pub(crate) mod migrations;
pub(crate) mod pool;
pub(crate) mod schema;
