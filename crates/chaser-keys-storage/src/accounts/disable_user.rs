//! Disabling a user.

use chaser_keys::UserId;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::email_address::EmailAddress;
use crate::database::schema::{dashboard_sessions, known_devices, users};
use crate::{StorageError, Store};

impl Store {
    /// Disables a user and ends all their sessions, on every node, before it returns. `None` if no user has this
    /// address; a repetition changes nothing and succeeds.
    pub async fn disable_user(&self, email: &EmailAddress) -> Result<Option<UserId>, StorageError> {
        self.database
            .transact(async |connection| {
                // The lock keeps a concurrent sign-in from opening a session afterwards.
                let user = users::table
                    .filter(users::email.eq(email.as_str()))
                    .select((users::id, users::disabled_at.is_not_null()))
                    .for_update();
                let Some((id, is_disabled)) = user.first::<(Uuid, bool)>(connection).await.optional()? else {
                    return Ok(None);
                };
                if !is_disabled {
                    let now = self.now(connection).await?;
                    let disabled = diesel::update(users::table.find(id)).set(users::disabled_at.eq(now));
                    disabled.execute(connection).await?;
                }
                let sessions = dashboard_sessions::table.filter(dashboard_sessions::user_id.eq(id));
                diesel::delete(sessions).execute(connection).await?;
                let devices = known_devices::table.filter(known_devices::user_id.eq(id));
                diesel::delete(devices).execute(connection).await?;
                Ok(Some(UserId::from_uuid(id)))
            })
            .await
    }
}
