//! Changing a password, and signing out everywhere.

use chaser_keys::UserId;
use diesel::prelude::*;
use diesel_async::{AsyncConnection, RunQueryDsl};

use super::secret_token::SessionToken;
use crate::database::schema::{dashboard_sessions, known_devices, users};
use crate::{StorageError, Store};

impl Store {
    /// Gives a person a new password. Whoever is signed in elsewhere, perhaps with the old one, is signed
    /// out, and no browser is remembered any more; the session that asked goes on.
    pub async fn change_password(
        &self,
        user_id: UserId,
        password_hash: &str,
        keep: &SessionToken,
    ) -> Result<(), StorageError> {
        let id = user_id.as_uuid();
        let changing = async {
            let mut connection = self.connection().await?;
            connection
                .transaction(async |connection| {
                    let person = diesel::update(users::table.find(id));
                    person.set(users::password_hash.eq(password_hash)).execute(connection).await?;
                    let others = dashboard_sessions::table
                        .filter(dashboard_sessions::user_id.eq(id))
                        .filter(dashboard_sessions::token_hash.ne(keep.hash().to_vec()));
                    diesel::delete(others).execute(connection).await?;
                    let devices = known_devices::table.filter(known_devices::user_id.eq(id));
                    diesel::delete(devices).execute(connection).await?;
                    Ok(())
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
