//! Reading the use of the keys of a page. A failure does not fail the page: a list without use is better than none.

use std::collections::HashMap;

use chaser_keys::KeyId;
use diesel::dsl::{max, sql};
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use time::{Date, Duration, OffsetDateTime};
use uuid::Uuid;

use super::{KeyActivity, KeyOverview};
use crate::database::schema::key_usage;

/// Usage of the keys of a page and of their successors.
struct Usage {
    /// All requests of a key, and the time of the last.
    totals: HashMap<Uuid, (i64, Option<OffsetDateTime>)>,
    /// Requests by day, of the last [`KeyActivity::DAYS`].
    recent: Vec<(Uuid, Date, i64)>,
}

/// Fills in the activity of each key; false if usage cannot be read.
///
/// `used_before_rotation` has the stored count of each key, in the order of `keys`.
pub(super) async fn add_activity(
    connection: &mut AsyncPgConnection,
    keys: &mut [KeyOverview],
    used_before_rotation: &[Option<i64>],
    now: OffsetDateTime,
) -> bool {
    let successors = keys.iter().flat_map(|key| &key.successors).map(|successor| successor.id);
    let ids: Vec<Uuid> = keys.iter().map(|key| key.key.id).chain(successors).map(KeyId::as_uuid).collect();
    // A savepoint: without it, a failed statement would end the transaction of the whole page.
    let reading = connection.transaction(async |connection| read(connection, &ids, now.date()).await).await;
    let usage = match reading {
        Ok(usage) => usage,
        Err(error) => {
            tracing::warn!(%error, "the list of keys is shown without their use");
            return false;
        }
    };
    for (key, used_before) in keys.iter_mut().zip(used_before_rotation) {
        key.activity = Some(usage.of(key, *used_before, now.date()));
        for successor in &mut key.successors {
            successor.last_used_at = usage.last_use_of(successor.id);
        }
    }
    true
}

async fn read(connection: &mut AsyncPgConnection, ids: &[Uuid], today: Date) -> QueryResult<Usage> {
    let totals = key_usage::table
        .filter(key_usage::key_id.eq_any(ids))
        .group_by(key_usage::key_id)
        .select((key_usage::key_id, sql::<BigInt>("sum(requests)::bigint"), max(key_usage::last_used_at)))
        .load::<(Uuid, i64, Option<OffsetDateTime>)>(connection)
        .await?;
    let days = i64::try_from(KeyActivity::DAYS).unwrap_or(i64::MAX);
    let recent = key_usage::table
        .filter(key_usage::key_id.eq_any(ids))
        .filter(key_usage::day.gt(today - Duration::days(days)))
        .select((key_usage::key_id, key_usage::day, key_usage::requests))
        .load(connection)
        .await?;
    Ok(Usage { totals: totals.into_iter().map(|(id, sum, last)| (id, (sum, last))).collect(), recent })
}

impl Usage {
    fn of(&self, key: &KeyOverview, used_before_rotation: Option<i64>, today: Date) -> KeyActivity {
        let (total, last_used_at) = self.totals.get(&key.key.id.as_uuid()).copied().unwrap_or_default();
        let rotated_at = key.successor().map(|successor| successor.created_at);
        // The time of the last use is exact. The count is not: requests of the last flush interval before the rotation
        // were counted after it.
        let used_since =
            rotated_at.is_some_and(|rotated_at| last_used_at.is_some_and(|used| used > rotated_at));
        let since_rotation = if used_since { total - used_before_rotation.unwrap_or(total) } else { 0 };
        KeyActivity {
            last_used_at,
            requests_by_day: self.days_of(key.key.id, today),
            requests_since_rotation: u64::try_from(since_rotation).unwrap_or(0),
        }
    }

    fn last_use_of(&self, id: KeyId) -> Option<OffsetDateTime> {
        self.totals.get(&id.as_uuid())?.1
    }

    fn days_of(&self, id: KeyId, today: Date) -> [u64; KeyActivity::DAYS] {
        let mut days = [0; KeyActivity::DAYS];
        for (_, day, requests) in self.recent.iter().filter(|(key_id, ..)| *key_id == id.as_uuid()) {
            let ago = usize::try_from((today - *day).whole_days()).unwrap_or(usize::MAX);
            if let Some(slot) = days.iter_mut().rev().nth(ago) {
                *slot = u64::try_from(*requests).unwrap_or(0);
            }
        }
        days
    }
}
