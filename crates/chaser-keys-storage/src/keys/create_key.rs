//! Creating a key.

use chaser_keys::{ApiKey, IssuedKey, KeyId, KeyMode, KeyName, NewApiKey, SecretEntropy, WorkspaceId};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use thiserror::Error;
use uuid::Uuid;

use super::KeyCreation;
use super::idempotency::{Claim, IdempotencyKey, claim, request_hash};
use super::row::NewApiKeyRow;
use super::secret_confirmation::SecretConfirmation;
use crate::database::schema::api_keys;
use crate::{StorageError, Store};

/// Why no key was created.
#[derive(Debug, Error)]
pub enum CreateKeyError {
    /// The `Idempotency-Key` belongs to another request.
    #[error("this Idempotency-Key was used for a different request")]
    IdempotencyKeyReused,
    /// The database.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl From<diesel::result::Error> for CreateKeyError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Storage(error.into())
    }
}

impl Store {
    /// Creates an active key. With an idempotency key, the same request again makes no second one.
    pub async fn create_key(
        &self,
        workspace_id: WorkspaceId,
        name: KeyName,
        mode: KeyMode,
        idempotency_key: Option<&IdempotencyKey>,
        confirmation: SecretConfirmation,
    ) -> Result<KeyCreation, CreateKeyError> {
        let request = request_hash(&["create", name.as_str(), mode.as_str()]);
        let new = NewApiKey { id: KeyId::from_uuid(Uuid::new_v4()), workspace_id, name, mode };
        let creating = async {
            self.register_current_pepper().await?;
            let mut connection = self.connection().await?;
            let Some(key) = idempotency_key else {
                // A single statement, which is a transaction by itself: four round trips less.
                return Ok(KeyCreation::Issued(self.issue_key(&mut connection, new, confirmation).await?));
            };
            connection
                .transaction(async |connection| {
                    let now = self.recent_time(connection).await?;
                    match claim(connection, workspace_id, key, request, new.id, now).await? {
                        Claim::Ours => {
                            Ok(KeyCreation::Issued(self.issue_key(connection, new, confirmation).await?))
                        }
                        Claim::Replay(made_then) => Ok(KeyCreation::Replayed(made_then)),
                        Claim::DifferentRequest => Err(CreateKeyError::IdempotencyKeyReused),
                    }
                })
                .await
        };
        self.database.within_deadline(creating).await
    }

    async fn issue_key(
        &self,
        connection: &mut AsyncPgConnection,
        new: NewApiKey,
        confirmation: SecretConfirmation,
    ) -> Result<IssuedKey, StorageError> {
        let now = self.recent_time(connection).await?;
        let issued = ApiKey::issue(new, SecretEntropy::from_operating_system()?, now);
        self.insert_key(connection, &issued, confirmation).await?;
        Ok(issued)
    }

    /// Stores a key that was just issued, under the current pepper.
    pub(super) async fn insert_key(
        &self,
        connection: &mut AsyncPgConnection,
        issued: &IssuedKey,
        confirmation: SecretConfirmation,
    ) -> Result<(), StorageError> {
        let peppered = self.node.peppers().digest(&issued.secret);
        let row = NewApiKeyRow::of(&issued.key, &peppered, confirmation);
        diesel::insert_into(api_keys::table).values(row).execute(connection).await?;
        Ok(())
    }
}
