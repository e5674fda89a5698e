//! What can go wrong between an operation and PostgreSQL.

mod corrupt_row;
mod migration_error;
mod server_message;
mod storage_error;

pub use corrupt_row::CorruptRow;
pub use migration_error::MigrationError;
pub use storage_error::StorageError;

pub(crate) use server_message::{violated_constraint, without_details};

/// A cause, kept as the source of the error that is returned.
pub(crate) type BoxError = Box<dyn std::error::Error + Send + Sync>;
