//! Which migrations a database still needs.

use std::collections::HashSet;

use chaser_keys_node::postgres::DatabaseUrl;
use diesel::dsl::sql;
use diesel::migration::{Migration, MigrationSource};
use diesel::pg::Pg;
use diesel::sql_types::Bool;
use diesel::{QueryDsl, QueryResult};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::{MIGRATIONS, TIMEOUTS};
use crate::database::connect::connect;
use crate::error::MigrationError;

/// The names of the migrations that this program has and the database has not, in order. A database with more
/// migrations than this program is accepted: old and new servers run side by side during a deployment.
///
/// Writes nothing, unlike diesel's harness, which first creates its table: a role without rights on the schema may
/// call this.
///
/// # Errors
/// [`MigrationError::Unavailable`] if the database does not answer.
pub async fn pending_migrations(url: &DatabaseUrl) -> Result<Vec<String>, MigrationError> {
    pending(&mut connect(url, TIMEOUTS).await?).await
}

pub(super) async fn pending(connection: &mut AsyncPgConnection) -> Result<Vec<String>, MigrationError> {
    let applied = applied_versions(connection).await?;
    let mut known: Vec<Box<dyn Migration<Pg>>> = MIGRATIONS.migrations().map_err(MigrationError::Failed)?;
    known.sort_by_key(|migration| migration.name().version().as_owned());
    let names = known.iter().map(Migration::name);
    let pending = names.filter(|name| !applied.contains(&name.version().to_string()));
    Ok(pending.map(ToString::to_string).collect())
}

diesel::table! {
    __diesel_schema_migrations (version) {
        version -> Text,
    }
}

async fn applied_versions(connection: &mut AsyncPgConnection) -> QueryResult<HashSet<String>> {
    let is_empty = diesel::select(sql::<Bool>("to_regclass('__diesel_schema_migrations') is null"));
    if is_empty.get_result(connection).await? {
        return Ok(HashSet::new());
    }
    let versions = __diesel_schema_migrations::table.select(__diesel_schema_migrations::version);
    Ok(versions.load(connection).await?.into_iter().collect())
}
