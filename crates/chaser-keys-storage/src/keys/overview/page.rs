//! Reading one page.

use chaser_keys::{ApiKey, KeyId, WorkspaceId};
use diesel::dsl::{count_star, sql};
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use time::OffsetDateTime;

use super::filter::{KeyFilter, needs_attention};
use super::successors::add_successors;
use super::{KeyOverview, KeyOverviewPage};
use crate::database::schema::api_keys;
use crate::keys::row::ApiKeyRow;
use crate::{CorruptRow, StorageError, Store};

/// Keys on a page.
const PAGE: u32 = 50;

/// A key, since when its secret awaits confirmation, and how often it was used before it was rotated.
type OverviewRow = (ApiKeyRow, Option<OffsetDateTime>, Option<i64>);

impl Store {
    /// One page of the keys that match.
    pub async fn key_overview(
        &self,
        workspace_id: WorkspaceId,
        filter: &KeyFilter,
    ) -> Result<KeyOverviewPage, StorageError> {
        let reading = async {
            let mut connection = self.connection().await?;
            let now = self.now(&mut connection).await?;
            let matching: i64 =
                filter.matching(workspace_id, now).select(count_star()).first(&mut connection).await?;
            let (total, need_attention) = counts(&mut connection, workspace_id, now).await?;
            let pages = pages_of(matching);
            let page = filter.page.clamp(1, pages);
            let rows = filter
                .ordered(filter.matching(workspace_id, now), now)
                .limit(i64::from(PAGE))
                .offset(i64::from(PAGE) * i64::from(page - 1))
                .select(overview_columns())
                .load::<OverviewRow>(&mut connection)
                .await?;
            let (keys, usage_is_available) = self.complete(&mut connection, rows, now).await?;
            Ok(KeyOverviewPage {
                keys,
                matching: unsigned(matching),
                total: unsigned(total),
                need_attention: unsigned(need_attention),
                page,
                pages,
                now,
                usage_is_available,
            })
        };
        self.database.within_deadline(reading).await
    }

    /// One key, with the time to which it refers; none if the workspace has no such key.
    pub async fn key_overview_of(
        &self,
        workspace_id: WorkspaceId,
        key_id: KeyId,
    ) -> Result<Option<(KeyOverview, OffsetDateTime)>, StorageError> {
        let reading = async {
            let mut connection = self.connection().await?;
            let now = self.now(&mut connection).await?;
            let rows = api_keys::table
                .filter(api_keys::id.eq(key_id.as_uuid()))
                .filter(api_keys::workspace_id.eq(workspace_id.as_uuid()))
                .select(overview_columns())
                .load::<OverviewRow>(&mut connection)
                .await?;
            let (keys, _) = self.complete(&mut connection, rows, now).await?;
            Ok(keys.into_iter().next().map(|key| (key, now)))
        };
        self.database.within_deadline(reading).await
    }

    /// Adds successors and use, with one query each for the whole page.
    async fn complete(
        &self,
        connection: &mut AsyncPgConnection,
        rows: Vec<OverviewRow>,
        now: OffsetDateTime,
    ) -> Result<(Vec<KeyOverview>, bool), StorageError> {
        let used_before: Vec<Option<i64>> = rows.iter().map(|(_, _, used)| *used).collect();
        let mut keys = rows.into_iter().map(|row| without_use(row, now)).collect::<Result<Vec<_>, _>>()?;
        add_successors(connection, &mut keys, now).await?;
        let usage_is_available = self.add_activity(connection, &mut keys, &used_before, now).await;
        Ok((keys, usage_is_available))
    }
}

#[diesel::dsl::auto_type(no_type_alias)]
fn overview_columns() -> _ {
    let key: diesel::dsl::AsSelect<ApiKeyRow, diesel::pg::Pg> = ApiKeyRow::as_select();
    (key, api_keys::awaits_confirmation_since, api_keys::requests_before_rotation)
}

/// All keys of the workspace, and those that need attention.
async fn counts(
    connection: &mut AsyncPgConnection,
    workspace_id: WorkspaceId,
    now: OffsetDateTime,
) -> QueryResult<(i64, i64)> {
    let all = api_keys::table.filter(api_keys::workspace_id.eq(workspace_id.as_uuid()));
    let total = all.select(sql::<BigInt>("count(*)")).first(connection).await?;
    let need_attention = all.filter(needs_attention(now)).select(count_star()).first(connection).await?;
    Ok((total, need_attention))
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
    })
}

fn pages_of(matching: i64) -> u32 {
    u32::try_from(unsigned(matching).div_ceil(u64::from(PAGE))).unwrap_or(u32::MAX).max(1)
}

fn unsigned(count: i64) -> u64 {
    u64::try_from(count).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_always_a_page() {
        for (matching, pages) in [(0, 1), (1, 1), (50, 1), (51, 2), (5_000, 100)] {
            assert_eq!(pages_of(matching), pages, "{matching}");
        }
    }
}
