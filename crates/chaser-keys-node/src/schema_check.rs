//! Whether the schema has what this node's statements need. The server's migrations live in `chaser-keys-storage`.

use tokio_postgres::error::SqlState;

use crate::NodeError;
use crate::postgres::SharedConnection;

/// The newest migration that a statement of this crate depends on, by its folder's name, and as diesel records it.
const NEEDED: (&str, &str) = ("2026-11-27-000009_least_privilege", "20261127000009");

const APPLIED: &str = "select from __diesel_schema_migrations where version = $1";

/// Refuses a schema that is older than this node. A newer one is fine: old and new nodes run side by side during a
/// deploy.
pub(crate) async fn check_schema(connection: &SharedConnection) -> Result<(), NodeError> {
    let (name, version) = NEEDED;
    match connection.query(APPLIED, &[&version]).await {
        Ok(rows) if rows.is_empty() => Err(NodeError::SchemaTooOld(name)),
        Ok(_) => Ok(()),
        Err(error) if error.code() == Some(&SqlState::UNDEFINED_TABLE) => Err(NodeError::SchemaTooOld(name)),
        Err(error) => Err(error.into()),
    }
}
