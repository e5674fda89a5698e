//! Changing a password, and signing out everywhere.

use chaser_keys::UserId;
use diesel::prelude::*;
use diesel_async::{AsyncConnection, RunQueryDsl};

use super::credentials::Credentials;
use super::secret_token::{DeviceToken, SessionToken};
use crate::database::schema::{dashboard_sessions, known_devices, users};
use crate::{StorageError, Store};

impl Store {
    /// Gives a person a new password. Whoever is signed in elsewhere, perhaps with the old one, is signed
    /// out, and no other browser is remembered any more; the session that asked goes on. None if the password
    /// was changed by somebody else since the credentials were read.
    pub async fn change_password(
        &self,
        credentials: &Credentials,
        password_hash: &str,
        keep: &SessionToken,
        keep_device: Option<&DeviceToken>,
    ) -> Result<Option<()>, StorageError> {
        let id = credentials.user_id.as_uuid();
        let kept_device = keep_device.map(|device| device.hash().to_vec()).unwrap_or_default();
        let changing = async {
            let mut connection = self.connection().await?;
            connection
                .transaction::<_, StorageError, _>(async |connection| {
                    let changed = diesel::update(users::table.find(id))
                        .filter(users::password_hash.eq(&credentials.password_hash))
                        .set(users::password_hash.eq(password_hash))
                        .execute(connection)
                        .await?;
                    if changed == 0 {
                        return Ok(None);
                    }
                    let other_sessions = dashboard_sessions::table
                        .filter(dashboard_sessions::user_id.eq(id))
                        .filter(dashboard_sessions::token_hash.ne(keep.hash().to_vec()));
                    diesel::delete(other_sessions).execute(connection).await?;
                    let other_devices = known_devices::table
                        .filter(known_devices::user_id.eq(id))
                        .filter(known_devices::token_hash.ne(kept_device));
                    diesel::delete(other_devices).execute(connection).await?;
                    Ok(Some(()))
                })
                .await
        };
        self.database.within_deadline(changing).await
    }

    /// Ends every session of a person, this one too.
    pub async fn close_all_sessions(&self, user_id: UserId) -> Result<(), StorageError> {
        let closing = async {
            let sessions =
                dashboard_sessions::table.filter(dashboard_sessions::user_id.eq(user_id.as_uuid()));
            diesel::delete(sessions).execute(&mut self.connection().await?).await?;
            Ok(())
        };
        self.database.within_deadline(closing).await
    }
}
