//! A row that does not parse into the domain.

use thiserror::Error;

/// A row that does not parse: another program wrote it, or a migration went wrong.
#[derive(Debug, Error)]
#[error("corrupt row in {table}: column {column} of {id}")]
pub struct CorruptRow {
    /// The table, as in the schema.
    pub table: &'static str,
    /// The first column that does not parse. Its value is not repeated.
    pub column: &'static str,
    /// The row's id, which may be logged.
    pub id: String,
}
