//! Browsers that signed in before (OWASP device cookies).

use chaser_keys::UserId;
use diesel::dsl::exists;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use time::OffsetDateTime;

use super::email_address::EmailAddress;
use super::secret_token::DeviceToken;
use crate::StorageError;
use crate::database::schema::{known_devices, users};

/// Remembers the browser that a user signs in with: under the token that it presents, if that is known for this user,
/// and else under a new one.
pub(super) async fn remember(
    connection: &mut AsyncPgConnection,
    user_id: UserId,
    presented: Option<&DeviceToken>,
    now: OffsetDateTime,
) -> Result<DeviceToken, StorageError> {
    if let Some(device) = presented {
        let known = known_devices::table
            .find(device.hash().to_vec())
            .filter(known_devices::user_id.eq(user_id.as_uuid()));
        let refreshed =
            diesel::update(known).set(known_devices::created_at.eq(now)).execute(connection).await?;
        if refreshed == 1 {
            return Ok(device.clone());
        }
    }
    let device = DeviceToken::generate()?;
    let new = (
        known_devices::token_hash.eq(device.hash().to_vec()),
        known_devices::user_id.eq(user_id.as_uuid()),
        known_devices::created_at.eq(now),
    );
    diesel::insert_into(known_devices::table).values(new).execute(connection).await?;
    Ok(device)
}

/// Whether the browser signed in as this user before.
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
