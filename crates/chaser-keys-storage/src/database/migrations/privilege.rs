//! Whether the role may change the schema.

use chaser_keys_node::postgres::DatabaseUrl;
use diesel::dsl::sql;
use diesel::sql_types::{Bool, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::TIMEOUTS;
use crate::database::connect::connect;
use crate::error::MigrationError;

/// Checks that the role may create tables, which most migrations do.
///
/// # Errors
/// [`MigrationError::MayNotCreate`] if it may not, [`MigrationError::Unavailable`] if the database does not answer.
pub async fn check_right_to_migrate(url: &DatabaseUrl) -> Result<(), MigrationError> {
    check_right_to_create(&mut connect(url, TIMEOUTS).await?).await
}

pub(super) async fn check_right_to_create(connection: &mut AsyncPgConnection) -> Result<(), MigrationError> {
    let query = diesel::select((
        sql::<Bool>("coalesce(has_schema_privilege(current_schema(), 'create'), false)"),
        sql::<Text>("current_user::text"),
        sql::<Text>("current_database()::text"),
    ));
    let (may_create, role, database) = query.get_result::<(bool, String, String)>(connection).await?;
    if may_create { Ok(()) } else { Err(MigrationError::MayNotCreate { role, database }) }
}
