//! Rotating a key.

use chaser_keys::{GracePeriod, KeyId, RotateRefusal, SecretEntropy, WorkspaceId};
use chaser_keys_node::BootInstant;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use thiserror::Error;
use uuid::Uuid;

use super::idempotency::{Claim, IdempotencyKey, claim, request_hash};
use super::key_creation::KeyCreation;
use super::secret_confirmation::SecretConfirmation;
use super::statements::{insert_key, lock_key, write_end};
use crate::database::schema::{api_keys, key_usage};
use crate::{StorageError, Store};

/// Why a key was not rotated.
#[derive(Debug, Error)]
pub enum RotateKeyError {
    /// The workspace has no such key.
    #[error("there is no such key in this workspace")]
    NotFound,
    /// Only an active key can be rotated.
    #[error(transparent)]
    Refused(#[from] RotateRefusal),
    /// The `Idempotency-Key` was used for a different request within the last day.
    #[error("this Idempotency-Key was used for a different request")]
    IdempotencyKeyReused,
    /// The database failed, or no secret can be generated.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl From<diesel::result::Error> for RotateKeyError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Storage(error.into())
    }
}

impl Store {
    /// Replaces an active key by a new one; the old one ends after its grace period. Of concurrent rotations one
    /// succeeds: the lock on the row puts them in order, and the others find a key that is no longer active.
    pub async fn rotate_key(
        &self,
        workspace_id: WorkspaceId,
        key_id: KeyId,
        grace: GracePeriod,
        idempotency_key: Option<&IdempotencyKey>,
        confirmation: SecretConfirmation,
    ) -> Result<KeyCreation, RotateKeyError> {
        let request = request_hash(&["rotate", &key_id.to_string(), &grace.days().to_string()]);
        let successor_id = KeyId::from_uuid(Uuid::new_v4());
        self.register_current_pepper().await?;
        let creation = self
            .database
            .transact(async |connection| {
                if let Some(key) = idempotency_key {
                    let now = self.now(connection).await?;
                    match claim(connection, workspace_id, key, request, successor_id, now).await? {
                        Claim::Ours => {}
                        Claim::Replay(issued_then) => return Ok(KeyCreation::Replayed(issued_then)),
                        Claim::DifferentRequest => return Err(RotateKeyError::IdempotencyKeyReused),
                    }
                }
                self.rotate_on(connection, workspace_id, key_id, successor_id, grace, confirmation).await
            })
            .await?;
        if grace == GracePeriod::NONE {
            self.node.wait_until_known_everywhere(BootInstant::now()).await;
        }
        Ok(creation)
    }

    async fn rotate_on(
        &self,
        connection: &mut AsyncPgConnection,
        workspace_id: WorkspaceId,
        key_id: KeyId,
        successor_id: KeyId,
        grace: GracePeriod,
        confirmation: SecretConfirmation,
    ) -> Result<KeyCreation, RotateKeyError> {
        let old = lock_key(connection, workspace_id, key_id).await?.ok_or(RotateKeyError::NotFound)?;
        // After the lock: a rotation that waited for it must not decide by the time before its wait.
        let now = self.now(connection).await?;
        let entropy = SecretEntropy::from_operating_system().map_err(StorageError::from)?;
        let rotation = old.rotate(successor_id, entropy, grace, now)?;
        write_end(connection, &rotation.old).await?;
        record_requests_before_rotation(connection, key_id).await?;
        insert_key(connection, self.node.peppers(), &rotation.successor, confirmation).await?;
        Ok(KeyCreation::Issued(rotation.successor))
    }
}

/// Records the requests counted so far: later ones show that the old key is still in use. Requests of the last flush
/// interval may be missing.
async fn record_requests_before_rotation(
    connection: &mut AsyncPgConnection,
    key_id: KeyId,
) -> Result<(), StorageError> {
    let requests: i64 = key_usage::table
        .filter(key_usage::key_id.eq(key_id.as_uuid()))
        .select(sql::<BigInt>("coalesce(sum(requests), 0)::bigint"))
        .first(connection)
        .await?;
    diesel::update(api_keys::table.find(key_id.as_uuid()))
        .set(api_keys::requests_before_rotation.eq(requests))
        .execute(connection)
        .await?;
    Ok(())
}
