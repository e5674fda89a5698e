//! A key as the API shows it, and how it is made from rows.

use std::collections::HashMap;

use chaser_keys::{ApiKey, KeyId, KeyStatus, OldKeyRequests, OldKeyUse, SuccessorUse};
use diesel::dsl::{AsSelect, auto_type, case_when, sql};
use diesel::expression::SqlLiteral;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Timestamptz};
use time::OffsetDateTime;

use super::row::{ApiKeyRow, last_used_at};
use super::status_conditions::is_in_grace;
use crate::CorruptRow;

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

/// A key's row, its last use, and its requests since the rotation if it is in grace.
pub(super) type StoredKeyRow = (ApiKeyRow, Option<OffsetDateTime>, Option<i64>);

/// The columns of a [`StoredKeyRow`]. Requests are summed for keys in grace only, so that the others cost nothing.
#[auto_type(no_type_alias)]
pub(super) fn stored_key_columns(now: OffsetDateTime) -> _ {
    let key: AsSelect<ApiKeyRow, Pg> = ApiKeyRow::as_select();
    let last_used_at: SqlLiteral<Nullable<Timestamptz>> = last_used_at();
    let since_rotation: SqlLiteral<Nullable<BigInt>> = requests_since_rotation();
    let is_in_grace: is_in_grace = is_in_grace(now);
    (key, last_used_at, case_when(is_in_grace, since_rotation))
}

fn requests_since_rotation() -> SqlLiteral<Nullable<BigInt>> {
    sql("(select sum(requests)::bigint - coalesce(requests_before_rotation, sum(requests)::bigint) \
          from key_usage where key_id = api_keys.id)")
}

/// Makes keys of rows, which must contain the successor of each key that was rotated, and the whole chain of successors
/// of a key in grace.
pub(super) fn stored_keys(
    rows: Vec<StoredKeyRow>,
    now: OffsetDateTime,
) -> Result<Vec<StoredKey>, CorruptRow> {
    let mut keys = Vec::with_capacity(rows.len());
    let mut requests_since_rotation = HashMap::new();
    let mut successors = HashMap::new();
    for (row, last_used_at, since_rotation) in rows {
        let key = ApiKey::try_from(row)?;
        let status = key.status_at(now);
        if let Some(requests) = since_rotation {
            requests_since_rotation.insert(key.id, requests);
        }
        if let Some(old) = key.replaces {
            let usage = SuccessorUse::new(key.created_at, status, last_used_at);
            successors.insert(old, (key.id, usage));
        }
        keys.push(StoredKey { key, last_used_at, status, replaced_by: None, old_key_use: None });
    }
    for key in &mut keys {
        let id = key.key.id;
        key.replaced_by = successors.get(&id).map(|(successor, _)| *successor);
        if let KeyStatus::Grace { .. } = key.status {
            let since_rotation = requests_since_rotation.get(&id).copied().unwrap_or(0);
            let requests = OldKeyRequests::new(key.last_used_at, u64::try_from(since_rotation).unwrap_or(0));
            let chain = std::iter::successors(successors.get(&id), |(new, _)| successors.get(new));
            let chain: Vec<SuccessorUse> = chain.map(|(_, usage)| *usage).collect();
            key.old_key_use = Some(OldKeyUse::of(Some(requests), &chain, now));
        }
    }
    Ok(keys)
}
