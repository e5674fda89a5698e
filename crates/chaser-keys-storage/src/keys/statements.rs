//! Statements on keys that several operations share.

use chaser_keys::{ApiKey, IssuedKey, KeyId, Peppers, WorkspaceId};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::row::{ApiKeyRow, NewApiKeyRow};
use super::secret_confirmation::SecretConfirmation;
use crate::StorageError;
use crate::database::schema::api_keys;

/// The row of a key, if it belongs to the workspace: no customer reads or changes another workspace's key.
#[diesel::dsl::auto_type(no_type_alias)]
pub(super) fn key_of_workspace(workspace_id: WorkspaceId, key_id: KeyId) -> _ {
    let key_id: Uuid = key_id.as_uuid();
    let workspace_id: Uuid = workspace_id.as_uuid();
    api_keys::table.filter(api_keys::id.eq(key_id)).filter(api_keys::workspace_id.eq(workspace_id))
}

/// Locks a key's row until the transaction ends, so that concurrent changes of the key wait.
///
/// `for no key update`, because counting requests refers to the row and must not wait.
pub(super) async fn lock_key(
    connection: &mut AsyncPgConnection,
    workspace_id: WorkspaceId,
    key_id: KeyId,
) -> Result<Option<ApiKey>, StorageError> {
    let row = key_of_workspace(workspace_id, key_id)
        .select(ApiKeyRow::as_select())
        .for_no_key_update()
        .first(connection)
        .await
        .optional()?;
    Ok(row.map(ApiKey::try_from).transpose()?)
}

/// Stores a key that was just issued, with its digest under the current pepper.
pub(super) async fn insert_key(
    connection: &mut AsyncPgConnection,
    peppers: &Peppers,
    issued: &IssuedKey,
    confirmation: SecretConfirmation,
) -> Result<(), StorageError> {
    let peppered = peppers.digest_to_store(&issued.secret);
    let row = NewApiKeyRow::of(&issued.key, &peppered, confirmation);
    diesel::insert_into(api_keys::table).values(row).execute(connection).await?;
    Ok(())
}

/// Writes when a locked key stops authenticating.
pub(super) async fn write_end(connection: &mut AsyncPgConnection, key: &ApiKey) -> Result<(), StorageError> {
    let written = diesel::update(api_keys::table.find(key.id.as_uuid()))
        .set(api_keys::revoked_at.eq(key.revoked_at))
        .execute(connection)
        .await?;
    // The row is locked, and rows of keys are never deleted.
    if written == 1 {
        Ok(())
    } else {
        Err(StorageError::Refused(format!("wrote {written} rows for one key").into()))
    }
}
