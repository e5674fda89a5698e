//! What a sign-in is checked against.

use std::fmt;

use chaser_keys::UserId;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::email_address::EmailAddress;
use crate::database::schema::users;
use crate::{StorageError, Store};

/// A person's id and password hash. `Debug` leaves the hash out.
#[derive(Clone)]
pub struct Credentials {
    /// Who signs in with the address.
    pub user_id: UserId,
    /// Argon2id in PHC string format.
    pub password_hash: String,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Credentials({}, redacted)", self.user_id)
    }
}

impl Store {
    /// The credentials of whoever signs in with this address; none for a disabled person too.
    pub async fn find_credentials(&self, email: &EmailAddress) -> Result<Option<Credentials>, StorageError> {
        let finding = async {
            let found = users::table
                .filter(users::email.eq(email.as_str()))
                .filter(users::disabled_at.is_null())
                .select((users::id, users::password_hash))
                .first::<(Uuid, String)>(&mut self.connection().await?)
                .await
                .optional()?;
            Ok(found.map(|(id, password_hash)| Credentials { user_id: UserId::from_uuid(id), password_hash }))
        };
        self.database.within_deadline(finding).await
    }
}
