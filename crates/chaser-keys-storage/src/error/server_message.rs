//! What is kept of an error that PostgreSQL reports.

use std::fmt;

use diesel::result::Error as DieselError;
use thiserror::Error;

use super::BoxError;

/// PostgreSQL's message and the violated constraint. Its detail and hint are dropped: they repeat values.
#[derive(Debug, Error)]
pub(crate) struct ServerMessage {
    message: String,
    constraint: Option<String>,
}

impl fmt::Display for ServerMessage {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)?;
        self.constraint.as_ref().map_or(Ok(()), |constraint| write!(formatter, " ({constraint})"))
    }
}

/// The error as a cause that may be kept and logged.
pub(crate) fn without_details(error: DieselError) -> BoxError {
    match error {
        DieselError::DatabaseError(_, information) => Box::new(ServerMessage {
            message: information.message().to_owned(),
            constraint: information.constraint_name().map(str::to_owned),
        }),
        DieselError::BrokenTransactionManager => "the connection was lost".into(),
        other => Box::new(other),
    }
}

/// The name of the constraint that a statement violated, if that is why it failed.
pub(crate) fn violated_constraint(error: &DieselError) -> Option<&str> {
    match error {
        DieselError::DatabaseError(_, information) => information.constraint_name(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use diesel_async::RunQueryDsl;

    use crate::StorageError;
    use crate::testing::{migrated_database, peppers, start_node};

    #[tokio::test]
    async fn the_message_and_the_constraint_are_kept_and_no_value() {
        let database = migrated_database().await;
        let store = start_node(database.url(), peppers(), crate::StoreOptions::default()).await;
        let refused = store.database.run(async |connection| {
            let insert = "insert into workspaces (id, name, created_at)
                select '0b5ad5a1-5ec7-4e7a-8f06-7a1ee0000000', 'Acme', clock_timestamp() from generate_series(1, 2)";
            diesel::sql_query(insert).execute(connection).await?;
            Ok::<_, StorageError>(())
        });
        let Err(StorageError::Refused(kept)) = refused.await else { panic!("two rows with one id") };
        assert_eq!(
            kept.to_string(),
            "duplicate key value violates unique constraint \"workspaces_pkey\" (workspaces_pkey)"
        );
        assert!(!format!("{kept:?}").contains("0b5ad5a1"), "{kept:?}");
    }
}
