//! PostgreSQL: how it is reached, what time it is there, and which tables it has.

pub(crate) mod clock;
pub(crate) mod connect;
pub(crate) mod migrations;
pub(crate) mod pool;
pub(crate) mod schema;
mod session_mode;
pub(crate) mod tls;
pub(crate) mod url;
