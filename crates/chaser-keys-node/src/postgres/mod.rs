//! How a node reaches PostgreSQL: URL, TLS, connections, and the time there.

mod clock;
mod connect;
mod database_error;
mod pooler_check;
mod shared_connection;
mod tls;
mod url;

pub use clock::DatabaseClock;
pub use connect::{ConnectionTimeouts, RawConnection, TlsStream, connect};
pub use database_error::DatabaseError;
pub use pooler_check::refuse_transaction_pooler;
pub(crate) use shared_connection::SharedConnection;
pub use url::{DatabaseUrl, InvalidDatabaseUrl};
