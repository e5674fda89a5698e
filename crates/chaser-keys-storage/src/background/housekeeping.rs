//! Deleting rows that have expired.

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use time::Duration;

use crate::database::schema::{
    dashboard_sessions, idempotency_keys, key_changes, known_devices, sign_in_failures, usage_batches,
    usage_reports,
};
use crate::{StorageError, Store};

/// How long a client may send a request again under its `Idempotency-Key`.
const IDEMPOTENCY_KEYS_ARE_KEPT: Duration = Duration::DAY;
/// A node retries a batch for seconds only.
const USAGE_BATCHES_ARE_KEPT: Duration = Duration::DAY;
/// For as long a service may send a batch again, as `docs/gateways/usage.md` promises.
const USAGE_REPORTS_ARE_KEPT: Duration = Duration::days(7);
/// A node that was disconnected for longer loads all keys again.
const CHANGES_ARE_KEPT: Duration = Duration::DAY;
/// As long as a browser keeps the device cookie.
const DEVICES_ARE_KEPT: Duration = Duration::days(180);

impl Store {
    /// Deletes rows that have expired, and returns their number.
    pub async fn delete_expired_rows(&self) -> Result<usize, StorageError> {
        self.database.run(async |connection| self.delete_expired_rows_on(connection).await).await
    }

    async fn delete_expired_rows_on(
        &self,
        connection: &mut AsyncPgConnection,
    ) -> Result<usize, StorageError> {
        let now = self.now(connection).await?;
        let idle_since = now - self.options.session_lifetimes.idle;
        let sessions = dashboard_sessions::table.filter(
            dashboard_sessions::expires_at.le(now).or(dashboard_sessions::last_seen_at.le(idle_since)),
        );
        let devices = known_devices::table.filter(known_devices::created_at.le(now - DEVICES_ARE_KEPT));
        let failures = sign_in_failures::table.filter(sign_in_failures::clears_at.le(now));
        let requests =
            idempotency_keys::table.filter(idempotency_keys::created_at.le(now - IDEMPOTENCY_KEYS_ARE_KEPT));
        let batches = usage_batches::table.filter(usage_batches::applied_at.le(now - USAGE_BATCHES_ARE_KEPT));
        let reports =
            usage_reports::table.filter(usage_reports::received_at.le(now - USAGE_REPORTS_ARE_KEPT));
        let changes = key_changes::table.filter(key_changes::changed_at.le(now - CHANGES_ARE_KEPT));
        Ok(diesel::delete(sessions).execute(connection).await?
            + diesel::delete(devices).execute(connection).await?
            + diesel::delete(failures).execute(connection).await?
            + diesel::delete(requests).execute(connection).await?
            + diesel::delete(reports).execute(connection).await?
            + diesel::delete(changes).execute(connection).await?
            + diesel::delete(batches).execute(connection).await?)
    }
}
