//! Finding one key of a workspace.

use chaser_keys::{KeyId, WorkspaceId};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::stored_key::{StoredKey, StoredKeyRow, stored_key_columns, stored_keys};
use super::successor_chain::is_in_chain_of;
use crate::database::schema::api_keys;
use crate::{StorageError, Store};

impl Store {
    /// The key; `None` if the workspace has no such key, even if another workspace has it.
    pub async fn find_key(
        &self,
        workspace_id: WorkspaceId,
        key_id: KeyId,
    ) -> Result<Option<StoredKey>, StorageError> {
        self.database
            .snapshot(async |connection| self.find_key_on(connection, workspace_id, key_id).await)
            .await
    }

    /// [`Self::find_key`] within a transaction.
    pub(super) async fn find_key_on(
        &self,
        connection: &mut AsyncPgConnection,
        workspace_id: WorkspaceId,
        key_id: KeyId,
    ) -> Result<Option<StoredKey>, StorageError> {
        let now = self.now(connection).await?;
        let rows = api_keys::table
            .filter(api_keys::workspace_id.eq(workspace_id.as_uuid()))
            .filter(is_in_chain_of(std::iter::once(key_id), now))
            .select(stored_key_columns())
            .load::<StoredKeyRow>(connection)
            .await?;
        let keys = stored_keys(connection, rows, now).await?;
        Ok(keys.into_iter().find(|found| found.key.id == key_id))
    }
}
