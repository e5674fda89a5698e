//! Reading a page of keys, and a single key in the same form.

use chaser_keys::{ApiKey, KeyId, WorkspaceId};
use diesel::dsl::{count, count_star};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use time::OffsetDateTime;

use super::activity::add_activity;
use super::filter::{KeyFilter, needs_attention};
use super::successors::add_successors;
use super::{KeyOverview, KeyOverviewPage};
use crate::database::schema::api_keys;
use crate::keys::row::ApiKeyRow;
use crate::{CorruptRow, StorageError, Store};

/// A key, since when its secret awaits confirmation, and its requests before it was rotated.
type OverviewRow = (ApiKeyRow, Option<OffsetDateTime>, Option<i64>);

impl Store {
    /// One page of the keys that match the filter.
    pub async fn key_overview(
        &self,
        workspace_id: WorkspaceId,
        filter: &KeyFilter,
    ) -> Result<KeyOverviewPage, StorageError> {
        self.database
            .snapshot(async |connection| self.read_page(connection, workspace_id, filter).await)
            .await
    }

    async fn read_page(
        &self,
        connection: &mut AsyncPgConnection,
        workspace_id: WorkspaceId,
        filter: &KeyFilter,
    ) -> Result<KeyOverviewPage, StorageError> {
        let now = self.now(connection).await?;
        let matching: i64 = filter.matching(workspace_id, now).select(count_star()).first(connection).await?;
        let (total, need_attention): (i64, i64) = api_keys::table
            .filter(api_keys::workspace_id.eq(workspace_id.as_uuid()))
            .select((count(api_keys::id), count(api_keys::id).aggregate_filter(needs_attention(now))))
            .first(connection)
            .await?;
        let matching = matching.unsigned_abs();
        let pages = KeyOverviewPage::count_for(matching);
        let page = filter.page.clamp(1, pages);
        let rows = filter
            .ordered(filter.matching(workspace_id, now), now)
            .limit(i64::from(KeyOverviewPage::SIZE))
            .offset(i64::from(KeyOverviewPage::SIZE) * i64::from(page - 1))
            .select(overview_columns())
            .load::<OverviewRow>(connection)
            .await?;
        let (keys, usage_is_available) = complete(connection, rows, now).await?;
        Ok(KeyOverviewPage {
            keys,
            matching,
            total: total.unsigned_abs(),
            need_attention: need_attention.unsigned_abs(),
            page,
            pages,
            now,
            usage_is_available,
        })
    }

    /// One key, with the time at which it was read; `None` if the workspace has no such key.
    pub async fn key_overview_of(
        &self,
        workspace_id: WorkspaceId,
        key_id: KeyId,
    ) -> Result<Option<(KeyOverview, OffsetDateTime)>, StorageError> {
        let reading = async |connection: &mut AsyncPgConnection| {
            let now = self.now(connection).await?;
            let rows = api_keys::table
                .filter(api_keys::id.eq(key_id.as_uuid()))
                .filter(api_keys::workspace_id.eq(workspace_id.as_uuid()))
                .select(overview_columns())
                .load::<OverviewRow>(connection)
                .await?;
            let (keys, _) = complete(connection, rows, now).await?;
            Ok(keys.into_iter().next().map(|key| (key, now)))
        };
        self.database.snapshot(reading).await
    }
}

#[diesel::dsl::auto_type(no_type_alias)]
fn overview_columns() -> _ {
    let key: diesel::dsl::AsSelect<ApiKeyRow, diesel::pg::Pg> = ApiKeyRow::as_select();
    (key, api_keys::awaits_confirmation_since, api_keys::requests_before_rotation)
}

/// Adds successors and use to all keys of the page: three queries, however many keys there are.
async fn complete(
    connection: &mut AsyncPgConnection,
    rows: Vec<OverviewRow>,
    now: OffsetDateTime,
) -> Result<(Vec<KeyOverview>, bool), StorageError> {
    let used_before: Vec<Option<i64>> = rows.iter().map(|(_, _, used)| *used).collect();
    let mut keys = rows.into_iter().map(|row| without_use(row, now)).collect::<Result<Vec<_>, _>>()?;
    add_successors(connection, &mut keys, now).await?;
    let usage_is_available = add_activity(connection, &mut keys, &used_before, now).await;
    for key in &mut keys {
        key.old_key_use = key.decide_old_key_use(now);
    }
    Ok((keys, usage_is_available))
}

fn without_use((row, awaits_since, _): OverviewRow, now: OffsetDateTime) -> Result<KeyOverview, CorruptRow> {
    let key = ApiKey::try_from(row)?;
    let status = key.status_at(now);
    Ok(KeyOverview {
        key,
        status,
        secret_is_confirmed: awaits_since.is_none(),
        successors: Vec::new(),
        activity: None,
        old_key_use: None,
    })
}
