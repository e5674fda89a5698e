//! What a sign-in is checked against.

use std::fmt;

use chaser_keys::UserId;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::email_address::EmailAddress;
use crate::database::schema::users;
use crate::{StorageError, Store};

/// A user's id and password hash. `Debug` leaves the hash out.
#[derive(Clone)]
pub struct Credentials {
    /// The user who signs in with the address.
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
    /// The credentials of the user with this address; `None` if there is no such user or the user is disabled.
    pub async fn find_credentials(&self, email: &EmailAddress) -> Result<Option<Credentials>, StorageError> {
        self.database
            .run(async |connection| {
                let found = users::table
                    .filter(users::email.eq(email.as_str()))
                    .filter(users::disabled_at.is_null())
                    .select((users::id, users::password_hash))
                    .first::<(Uuid, String)>(connection)
                    .await
                    .optional()?;
                let credentials =
                    |(id, password_hash)| Credentials { user_id: UserId::from_uuid(id), password_hash };
                Ok(found.map(credentials))
            })
            .await
    }
}
