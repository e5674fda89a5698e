//! Finding one key of a workspace.

use chaser_keys::{KeyId, WorkspaceId};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::row::{ApiKeyRow, StoredKeyRow, into_stored, last_used_at};
use super::statements::key_of_workspace;
use super::stored_key::StoredKey;
use crate::{StorageError, Store};

impl Store {
    /// The key, or `None` if the workspace has no such key, also when another workspace has it.
    pub async fn find_key(
        &self,
        workspace_id: WorkspaceId,
        key_id: KeyId,
    ) -> Result<Option<StoredKey>, StorageError> {
        self.database.run(async |connection| self.find_key_on(connection, workspace_id, key_id).await).await
    }

    /// [`Self::find_key`] within a transaction.
    pub(super) async fn find_key_on(
        &self,
        connection: &mut AsyncPgConnection,
        workspace_id: WorkspaceId,
        key_id: KeyId,
    ) -> Result<Option<StoredKey>, StorageError> {
        let row = key_of_workspace(workspace_id, key_id)
            .select((ApiKeyRow::as_select(), last_used_at()))
            .first::<StoredKeyRow>(connection)
            .await
            .optional()?;
        let now = self.now(connection).await?;
        Ok(row.map(|row| into_stored(row, now)).transpose()?)
    }
}
