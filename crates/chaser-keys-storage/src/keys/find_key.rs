//! Finding one key of a workspace.

use chaser_keys::{ApiKey, KeyId, WorkspaceId};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::StoredKey;
use super::row::{ApiKeyRow, StoredKeyRow, into_stored, last_used_at};
use crate::database::schema::api_keys;
use crate::{StorageError, Store};

impl Store {
    /// The key, or none if the workspace has no such key: whether another one has it is not told.
    pub async fn find_key(
        &self,
        workspace_id: WorkspaceId,
        key_id: KeyId,
    ) -> Result<Option<StoredKey>, StorageError> {
        let finding = async { self.find_key_on(&mut *self.connection().await?, workspace_id, key_id).await };
        self.database.within_deadline(finding).await
    }

    /// The same, within a transaction.
    pub(super) async fn find_key_on(
        &self,
        connection: &mut AsyncPgConnection,
        workspace_id: WorkspaceId,
        key_id: KeyId,
    ) -> Result<Option<StoredKey>, StorageError> {
        let row = api_keys::table
            .filter(api_keys::id.eq(key_id.as_uuid()))
            .filter(api_keys::workspace_id.eq(workspace_id.as_uuid()))
            .select((ApiKeyRow::as_select(), last_used_at()))
            .first::<StoredKeyRow>(connection)
            .await
            .optional()?;
        let now = self.now(connection).await?;
        Ok(row.map(|row| into_stored(row, now)).transpose()?)
    }
}

/// Locks a key's row until the transaction ends: whoever else would change it waits.
///
/// `for no key update`, since counting the key's use refers to the row and must not wait.
pub(super) async fn lock_key(
    connection: &mut AsyncPgConnection,
    workspace_id: WorkspaceId,
    key_id: KeyId,
) -> Result<Option<ApiKey>, StorageError> {
    let row = api_keys::table
        .filter(api_keys::id.eq(key_id.as_uuid()))
        .filter(api_keys::workspace_id.eq(workspace_id.as_uuid()))
        .select(ApiKeyRow::as_select())
        .for_no_key_update()
        .first(connection)
        .await
        .optional()?;
    Ok(row.map(ApiKey::try_from).transpose()?)
}
