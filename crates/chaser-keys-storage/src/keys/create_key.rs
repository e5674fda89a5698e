//! Creating a key.

use chaser_keys::{ApiKey, KeyId, KeyMode, KeyName, NewApiKey, SecretEntropy, WorkspaceId};
use diesel_async::AsyncPgConnection;
use thiserror::Error;
use uuid::Uuid;

use super::idempotency::{Claim, IdempotencyKey, claim, request_hash};
use super::key_creation::KeyCreation;
use super::secret_confirmation::SecretConfirmation;
use super::statements::insert_key;
use crate::{StorageError, Store};

/// Why no key was created.
#[derive(Debug, Error)]
pub enum CreateKeyError {
    /// The `Idempotency-Key` was used for a different request within the last day.
    #[error("this Idempotency-Key was used for a different request")]
    IdempotencyKeyReused,
    /// The database failed, or no secret can be generated.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl From<diesel::result::Error> for CreateKeyError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Storage(error.into())
    }
}

impl Store {
    /// Creates an active key. With an idempotency key, a repetition of the request creates no second one.
    pub async fn create_key(
        &self,
        workspace_id: WorkspaceId,
        name: KeyName,
        mode: KeyMode,
        idempotency_key: Option<&IdempotencyKey>,
        confirmation: SecretConfirmation,
    ) -> Result<KeyCreation, CreateKeyError> {
        let request = request_hash(&["create", name.as_str(), mode.as_str()]);
        let new = NewApiKey::new(KeyId::from_uuid(Uuid::new_v4()), workspace_id, name, mode);
        self.register_current_pepper().await?;
        let Some(idempotency_key) = idempotency_key else {
            // A single statement, which is a transaction by itself: four round trips less.
            return self
                .database
                .run(async |connection| self.issue_key(connection, new, confirmation).await)
                .await;
        };
        self.database
            .transact(async |connection| {
                let now = self.time_to_record(connection).await?;
                match claim(connection, workspace_id, idempotency_key, request, new.id, now).await? {
                    Claim::Ours => self.issue_key(connection, new, confirmation).await,
                    Claim::Replay(issued_then) => Ok(KeyCreation::Replayed(issued_then)),
                    Claim::DifferentRequest => Err(CreateKeyError::IdempotencyKeyReused),
                }
            })
            .await
    }

    async fn issue_key(
        &self,
        connection: &mut AsyncPgConnection,
        new: NewApiKey,
        confirmation: SecretConfirmation,
    ) -> Result<KeyCreation, CreateKeyError> {
        let now = self.time_to_record(connection).await?;
        let entropy = SecretEntropy::from_operating_system().map_err(StorageError::from)?;
        let issued = ApiKey::issue(new, entropy, now);
        insert_key(connection, self.node.peppers(), &issued, confirmation).await?;
        Ok(KeyCreation::Issued(issued))
    }
}
