//! Browsers that signed in before.

use chaser_keys::UserId;
use diesel::dsl::exists;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::email_address::EmailAddress;
use super::secret_token::DeviceToken;
use crate::database::schema::{known_devices, users};
use crate::{StorageError, Store};

impl Store {
    /// Remembers the browser that a person just signed in with.
    pub async fn remember_device(&self, user_id: UserId) -> Result<DeviceToken, StorageError> {
        let token = DeviceToken::generate()?;
        let remembering = async {
            let mut connection = self.connection().await?;
            let now = self.clock.now(&mut connection).await?;
            let new = (
                known_devices::token_hash.eq(token.hash().to_vec()),
                known_devices::user_id.eq(user_id.as_uuid()),
                known_devices::created_at.eq(now),
            );
            diesel::insert_into(known_devices::table).values(new).execute(&mut connection).await?;
            Ok(token)
        };
        self.database.within_deadline(remembering).await
    }
}

/// Whether the browser signed in as this very person before.
pub(super) async fn is_known(
    connection: &mut AsyncPgConnection,
    device: &DeviceToken,
    email: &EmailAddress,
) -> Result<bool, StorageError> {
    let remembered = known_devices::table
        .inner_join(users::table)
        .filter(known_devices::token_hash.eq(device.hash().to_vec()))
        .filter(users::email.eq(email.as_str()));
    Ok(diesel::select(exists(remembered)).get_result(connection).await?)
}
