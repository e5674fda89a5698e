//! Changing a password, and signing out everywhere.

use chaser_keys::UserId;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::credentials::Credentials;
use super::secret_token::{DeviceToken, SessionToken};
use crate::database::schema::{dashboard_sessions, known_devices, users};
use crate::{StorageError, Store};

/// Whether a user has the new password.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ChangePasswordOutcome {
    /// The new password holds, and all other sessions have ended.
    Changed,
    /// Nothing was changed: a concurrent request had changed the password since the credentials were read.
    CredentialsOutdated,
}

impl Store {
    /// Gives a user a new password. Ends all their other sessions, which may have been opened with the old password, and
    /// forgets all other browsers.
    ///
    /// The credentials are those that the present password was checked against.
    pub async fn change_password(
        &self,
        credentials: &Credentials,
        password_hash: &str,
        keep: &SessionToken,
        keep_device: Option<&DeviceToken>,
    ) -> Result<ChangePasswordOutcome, StorageError> {
        let id = credentials.user_id.as_uuid();
        let kept_device = keep_device.map(|device| device.hash().to_vec()).unwrap_or_default();
        self.database
            .transact(async |connection| {
                let changed = diesel::update(users::table.find(id))
                    .filter(users::password_hash.eq(&credentials.password_hash))
                    .set(users::password_hash.eq(password_hash))
                    .execute(connection)
                    .await?;
                if changed == 0 {
                    return Ok(ChangePasswordOutcome::CredentialsOutdated);
                }
                let other_sessions = dashboard_sessions::table
                    .filter(dashboard_sessions::user_id.eq(id))
                    .filter(dashboard_sessions::token_hash.ne(keep.hash().to_vec()));
                diesel::delete(other_sessions).execute(connection).await?;
                let other_devices = known_devices::table
                    .filter(known_devices::user_id.eq(id))
                    .filter(known_devices::token_hash.ne(kept_device));
                diesel::delete(other_devices).execute(connection).await?;
                Ok(ChangePasswordOutcome::Changed)
            })
            .await
    }

    /// Ends every session of a user on every node, including the one that asks.
    pub async fn close_all_sessions(&self, user_id: UserId) -> Result<(), StorageError> {
        self.database
            .run(async |connection| {
                let sessions =
                    dashboard_sessions::table.filter(dashboard_sessions::user_id.eq(user_id.as_uuid()));
                diesel::delete(sessions).execute(connection).await?;
                Ok(())
            })
            .await
    }
}
