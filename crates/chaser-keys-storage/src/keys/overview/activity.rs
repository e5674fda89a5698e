//! How the keys of a page are being used: read apart, since a list without use is better than none.

use std::collections::HashMap;

use chaser_keys::KeyId;
use diesel::dsl::{max, sql};
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use time::{Date, Duration, OffsetDateTime};
use uuid::Uuid;

use super::{KeyActivity, KeyOverview};
use crate::Store;
use crate::database::schema::key_usage;

const DAYS: usize = 14;

/// What the usage table knows of a page's keys.
struct Usage {
    /// All requests ever, and the last of them.
    totals: HashMap<Uuid, (i64, Option<OffsetDateTime>)>,
    /// Requests of the last days.
    recent: Vec<(Uuid, Date, i64)>,
}

impl Store {
    /// Fills in the activity of each key; false if it cannot be read.
    pub(super) async fn add_activity(
        &self,
        connection: &mut AsyncPgConnection,
        keys: &mut [KeyOverview],
        used_before_rotation: &[Option<i64>],
        now: OffsetDateTime,
    ) -> bool {
        let successors = keys.iter().flat_map(|key| &key.successors).map(|successor| successor.id);
        let ids: Vec<Uuid> =
            keys.iter().map(|key| key.key.id).chain(successors).map(KeyId::as_uuid).collect();
        match read(connection, &ids, now.date()).await {
            Ok(usage) => {
                for (key, used_before) in keys.iter_mut().zip(used_before_rotation) {
                    key.activity = Some(usage.of(key, *used_before, now.date()));
                    for successor in &mut key.successors {
                        successor.last_used_at = usage.last_use_of(successor.id);
                    }
                }
                true
            }
            Err(error) => {
                tracing::warn!(%error, "the list of keys is shown without their use");
                false
            }
        }
    }
}

async fn read(connection: &mut AsyncPgConnection, ids: &[Uuid], today: Date) -> QueryResult<Usage> {
    let totals = key_usage::table
        .filter(key_usage::key_id.eq_any(ids))
        .group_by(key_usage::key_id)
        .select((key_usage::key_id, sql::<BigInt>("sum(requests)::bigint"), max(key_usage::last_used_at)))
        .load::<(Uuid, i64, Option<OffsetDateTime>)>(connection)
        .await?;
    let recent = key_usage::table
        .filter(key_usage::key_id.eq_any(ids))
        .filter(key_usage::day.gt(today - Duration::days(14)))
        .select((key_usage::key_id, key_usage::day, key_usage::requests))
        .load(connection)
        .await?;
    Ok(Usage { totals: totals.into_iter().map(|(id, sum, last)| (id, (sum, last))).collect(), recent })
}

impl Usage {
    fn of(&self, key: &KeyOverview, used_before_rotation: Option<i64>, today: Date) -> KeyActivity {
        let (total, last_used_at) = self.totals.get(&key.key.id.as_uuid()).copied().unwrap_or_default();
        let rotated_at = key.successor().map(|successor| successor.created_at);
        // The moment of the last use is exact; the count is off by what was on its way when it was rotated.
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

    fn days_of(&self, id: KeyId, today: Date) -> [u64; DAYS] {
        let mut days = [0; DAYS];
        for (_, day, requests) in self.recent.iter().filter(|(key_id, ..)| *key_id == id.as_uuid()) {
            let ago = usize::try_from((today - *day).whole_days()).unwrap_or(DAYS);
            if let Some(slot) = DAYS.checked_sub(ago + 1).and_then(|index| days.get_mut(index)) {
                *slot = u64::try_from(*requests).unwrap_or(0);
            }
        }
        days
    }
}
