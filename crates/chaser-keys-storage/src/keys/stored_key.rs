//! A key as the API shows it, and how it is made from rows.

use std::collections::HashMap;

use chaser_keys::{ApiKey, KeyId, KeyStatus, OldKeyRequests, OldKeyUse, SuccessorUse};
use diesel::dsl::{AsSelect, auto_type, sql};
use diesel::expression::SqlLiteral;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Timestamptz};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use time::OffsetDateTime;
use uuid::Uuid;

use super::row::{ApiKeyRow, last_used_at};
use crate::database::schema::{api_keys, key_usage};
use crate::{CorruptRow, StorageError};

/// A key as the API shows it.
#[derive(Clone, Debug)]
pub struct StoredKey {
    /// The record.
    pub key: ApiKey,
    /// When it last authenticated a request; up to a flush interval late. `None` if it was never used.
    pub last_used_at: Option<OffsetDateTime>,
    /// Its status when it was read, by PostgreSQL's clock.
    pub status: KeyStatus,
    /// The key that it was rotated into.
    pub replaced_by: Option<KeyId>,
    /// Whether it can be stopped before its grace period ends; `None` unless it is in grace.
    pub old_key_use: Option<OldKeyUse>,
}

/// A key's row and its last use.
pub(super) type StoredKeyRow = (ApiKeyRow, Option<OffsetDateTime>);

/// The columns of a [`StoredKeyRow`].
#[auto_type(no_type_alias)]
pub(super) fn stored_key_columns() -> _ {
    let key: AsSelect<ApiKeyRow, Pg> = ApiKeyRow::as_select();
    let last_used_at: SqlLiteral<Nullable<Timestamptz>> = last_used_at();
    (key, last_used_at)
}

/// Makes keys of rows, which must contain the successor of each key that was rotated, and the whole chain of successors
/// of a key in grace. Takes one more query, and none if no key is in grace.
pub(super) async fn stored_keys(
    connection: &mut AsyncPgConnection,
    rows: Vec<StoredKeyRow>,
    now: OffsetDateTime,
) -> Result<Vec<StoredKey>, StorageError> {
    let mut keys = rows.into_iter().map(|row| without_successor(row, now)).collect::<Result<Vec<_>, _>>()?;
    let mut successors = HashMap::new();
    for StoredKey { key, status, last_used_at, .. } in &keys {
        if let Some(old) = key.replaces {
            successors.insert(old, (key.id, SuccessorUse::new(key.created_at, *status, *last_used_at)));
        }
    }
    for key in &mut keys {
        key.replaced_by = successors.get(&key.key.id).map(|(successor, _)| *successor);
    }
    let mut old_keys: Vec<_> =
        keys.iter_mut().filter(|key| matches!(key.status, KeyStatus::Grace { .. })).collect();
    if old_keys.is_empty() {
        return Ok(keys);
    }
    let requests = requests_since_rotation(connection, &old_keys).await?;
    for key in &mut old_keys {
        let since_rotation = requests.get(&key.key.id.as_uuid()).copied().unwrap_or(0);
        let requests = OldKeyRequests::new(key.last_used_at, u64::try_from(since_rotation).unwrap_or(0));
        let chain = std::iter::successors(successors.get(&key.key.id), |(new, _)| successors.get(new));
        let chain: Vec<SuccessorUse> = chain.map(|(_, usage)| *usage).collect();
        key.old_key_use = Some(OldKeyUse::of(Some(requests), &chain, now));
    }
    Ok(keys)
}

fn without_successor(
    (row, last_used_at): StoredKeyRow,
    now: OffsetDateTime,
) -> Result<StoredKey, CorruptRow> {
    let key = ApiKey::try_from(row)?;
    let status = key.status_at(now);
    Ok(StoredKey { key, last_used_at, status, replaced_by: None, old_key_use: None })
}

/// Has no entry for a key that was never used.
async fn requests_since_rotation(
    connection: &mut AsyncPgConnection,
    old_keys: &[&mut StoredKey],
) -> QueryResult<HashMap<Uuid, i64>> {
    let ids: Vec<Uuid> = old_keys.iter().map(|key| key.key.id.as_uuid()).collect();
    let since_rotation =
        sql::<BigInt>("sum(requests)::bigint - coalesce(requests_before_rotation, sum(requests)::bigint)");
    let requests = key_usage::table
        .inner_join(api_keys::table)
        .filter(key_usage::key_id.eq_any(ids))
        .group_by(api_keys::id)
        .select((api_keys::id, since_rotation))
        .load::<(Uuid, i64)>(connection)
        .await?;
    Ok(requests.into_iter().collect())
}
