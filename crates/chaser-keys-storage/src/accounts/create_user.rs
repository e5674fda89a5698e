//! Creating a user, who may sign in to the dashboard.

use chaser_keys::{UserId, WorkspaceId};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use thiserror::Error;
use uuid::Uuid;

use super::email_address::EmailAddress;
use crate::database::schema::users;
use crate::error::violated_constraint;
use crate::{StorageError, Store};

/// Why no user was created.
#[derive(Debug, Error)]
pub enum CreateUserError {
    /// Another user has this address, in this workspace or another one.
    #[error("somebody signs in with this e-mail address already")]
    EmailTaken,
    /// No workspace has this id.
    #[error("there is no workspace with this id")]
    NoSuchWorkspace,
    /// The database failed for another reason.
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
    /// Creates a user in a workspace, with a hash from [`PasswordHasher`](crate::passwords::PasswordHasher).
    pub async fn create_user(
        &self,
        workspace_id: WorkspaceId,
        email: &EmailAddress,
        password_hash: &str,
    ) -> Result<UserId, CreateUserError> {
        let id = Uuid::new_v4();
        self.database
            .run(async |connection| {
                let now = self.now(connection).await?;
                let new = (
                    users::id.eq(id),
                    users::workspace_id.eq(workspace_id.as_uuid()),
                    users::email.eq(email.as_str()),
                    users::password_hash.eq(password_hash),
                    users::created_at.eq(now),
                );
                diesel::insert_into(users::table).values(new).execute(connection).await?;
                Ok(UserId::from_uuid(id))
            })
            .await
    }
}
