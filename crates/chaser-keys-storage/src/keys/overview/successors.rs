//! Reading the successors of the keys of a page.

use std::collections::HashMap;

use chaser_keys::ApiKey;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use time::OffsetDateTime;

use super::{KeyOverview, Successor};
use crate::StorageError;
use crate::database::schema::api_keys;
use crate::keys::row::ApiKeyRow;
use crate::keys::successor_chain::is_in_chain_of;

/// Fills in the successors of each key, with one query for all.
pub(super) async fn add_successors(
    connection: &mut AsyncPgConnection,
    keys: &mut [KeyOverview],
    now: OffsetDateTime,
) -> Result<(), StorageError> {
    let rows = api_keys::table
        .filter(is_in_chain_of(keys.iter().map(|key| key.key.id), now))
        .select(ApiKeyRow::as_select())
        .load(connection)
        .await?;
    let mut next = HashMap::new();
    for row in rows {
        let key = ApiKey::try_from(row)?;
        if let Some(old) = key.replaces {
            next.insert(old, Successor::new(key, now));
        }
    }
    for key in keys {
        let chain = std::iter::successors(next.get(&key.key.id), |new| next.get(&new.id));
        key.successors = chain.take(if key.is_in_grace() { usize::MAX } else { 1 }).cloned().collect();
    }
    Ok(())
}
