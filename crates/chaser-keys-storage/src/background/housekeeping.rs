//! Deleting rows that have expired.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use time::Duration;

use crate::database::schema::{
    dashboard_sessions, idempotency_keys, key_changes, known_devices, sign_in_failures, usage_batches,
    usage_reports,
};
use crate::{StorageError, Store};

/// How long a client may send a request again under its `Idempotency-Key`.
const IDEMPOTENCY_KEYS_ARE_KEPT: Duration = Duration::DAY;
/// Long after the last retry of a batch.
const USAGE_BATCHES_ARE_KEPT: Duration = Duration::DAY;
/// As long as a service may send a batch again; `docs/gateways/usage.md` promises it.
const USAGE_REPORTS_ARE_KEPT: Duration = Duration::days(7);
/// A node that was away for longer loads everything anew.
const CHANGES_ARE_KEPT: Duration = Duration::DAY;
/// As long as the browser keeps the cookie.
const DEVICES_ARE_KEPT: Duration = Duration::days(180);

impl Store {
    /// Deletes rows that have expired; the number of them.
    pub async fn delete_expired_rows(&self) -> Result<usize, StorageError> {
        self.database.within_deadline(self.delete_each()).await
    }

    async fn delete_each(&self) -> Result<usize, StorageError> {
        let mut connection = self.connection().await?;
        let now = self.now(&mut connection).await?;
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
        Ok(diesel::delete(sessions).execute(&mut connection).await?
            + diesel::delete(devices).execute(&mut connection).await?
            + diesel::delete(failures).execute(&mut connection).await?
            + diesel::delete(requests).execute(&mut connection).await?
            + diesel::delete(reports).execute(&mut connection).await?
            + diesel::delete(changes).execute(&mut connection).await?
            + diesel::delete(batches).execute(&mut connection).await?)
    }
}
