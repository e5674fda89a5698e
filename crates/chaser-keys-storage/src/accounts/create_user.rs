//! Creating a person who may sign in.

use chaser_keys::{UserId, WorkspaceId};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use thiserror::Error;
use uuid::Uuid;

use super::email_address::EmailAddress;
use crate::database::schema::users;
use crate::error::violated_constraint;
use crate::{StorageError, Store};

/// Why nobody was created.
#[derive(Debug, Error)]
pub enum CreateUserError {
    /// Somebody signs in with this address already.
    #[error("somebody signs in with this e-mail address already")]
    EmailTaken,
    /// There is no such workspace.
    #[error("there is no workspace with this id")]
    NoSuchWorkspace,
    /// The database.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl From<diesel::result::Error> for CreateUserError {
    fn from(error: diesel::result::Error) -> Self {
        match violated_constraint(&error) {
            Some("users_email_is_unique") => Self::EmailTaken,
            Some("users_workspace_id_fkey") => Self::NoSuchWorkspace,
            _ => Self::Storage(error.into()),
        }
    }
}

impl Store {
    /// Creates a person in a workspace. The password comes hashed: this crate never sees one.
    pub async fn create_user(
        &self,
        workspace_id: WorkspaceId,
        email: &EmailAddress,
        password_hash: &str,
    ) -> Result<UserId, CreateUserError> {
        let id = Uuid::new_v4();
        let creating = async {
            let mut connection = self.connection().await?;
            let now = self.now(&mut connection).await?;
            let new = (
                users::id.eq(id),
                users::workspace_id.eq(workspace_id.as_uuid()),
                users::email.eq(email.as_str()),
                users::password_hash.eq(password_hash),
                users::created_at.eq(now),
            );
            diesel::insert_into(users::table).values(new).execute(&mut connection).await?;
            Ok(UserId::from_uuid(id))
        };
        self.database.within_deadline(creating).await
    }
}
