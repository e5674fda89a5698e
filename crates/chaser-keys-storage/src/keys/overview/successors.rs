//! What came after the keys of a page: of a key in grace everything, since its callers may have gone further than
//! to the next key, or have nowhere left to go.

use std::collections::HashMap;

use chaser_keys::{ApiKey, KeyStatus};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Array, Bool, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use time::OffsetDateTime;
use uuid::Uuid;

use super::{KeyOverview, Successor};
use crate::StorageError;
use crate::database::schema::api_keys;
use crate::keys::row::ApiKeyRow;

/// Fills in the successors of each key, with one query for all.
pub(super) async fn add_successors(
    connection: &mut AsyncPgConnection,
    keys: &mut [KeyOverview],
    now: OffsetDateTime,
) -> Result<(), StorageError> {
    let mut next = HashMap::new();
    for row in read(connection, keys).await? {
        let key = ApiKey::try_from(row)?;
        if let Some(old) = key.replaces {
            next.insert(old, Successor::new(key, now));
        }
    }
    for key in keys {
        let line = std::iter::successors(next.get(&key.key.id), |new| next.get(&new.id));
        key.successors = line.take(if is_in_grace(key) { usize::MAX } else { 1 }).cloned().collect();
    }
    Ok(())
}

async fn read(connection: &mut AsyncPgConnection, keys: &[KeyOverview]) -> QueryResult<Vec<ApiKeyRow>> {
    let ids = |keys: &mut dyn Iterator<Item = &KeyOverview>| -> Vec<Uuid> {
        keys.map(|key| key.key.id.as_uuid()).collect()
    };
    let (all, in_grace) = (ids(&mut keys.iter()), ids(&mut keys.iter().filter(|key| is_in_grace(key))));
    let in_line = sql::<Bool>(
        "id in (with recursive line (old, id) as (select replaces, id from api_keys where replaces = any(",
    )
    .bind::<Array<SqlUuid>, _>(all)
    .sql(
        ") union all select old, after.id from line join api_keys after on after.replaces = line.id \
         where old = any(",
    )
    .bind::<Array<SqlUuid>, _>(in_grace)
    .sql(")) select id from line)");
    api_keys::table.filter(in_line).select(ApiKeyRow::as_select()).load(connection).await
}

const fn is_in_grace(key: &KeyOverview) -> bool {
    matches!(key.status, KeyStatus::Grace { .. })
}

impl Successor {
    fn new(key: ApiKey, now: OffsetDateTime) -> Self {
        let status = key.status_at(now);
        Self { id: key.id, prefix: key.prefix, created_at: key.created_at, status, last_used_at: None }
    }
}
