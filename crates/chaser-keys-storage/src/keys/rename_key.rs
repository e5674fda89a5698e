//! Renaming a key.

use chaser_keys::{KeyId, KeyName, WorkspaceId};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::statements::key_of_workspace;
use super::stored_key::StoredKey;
use crate::database::schema::api_keys;
use crate::{StorageError, Store};

impl Store {
    /// Renames a key, whatever its status, and returns it; `None` if the workspace has no such key.
    pub async fn rename_key(
        &self,
        workspace_id: WorkspaceId,
        key_id: KeyId,
        name: KeyName,
    ) -> Result<Option<StoredKey>, StorageError> {
        self.database
            .transact(async |connection| {
                diesel::update(key_of_workspace(workspace_id, key_id))
                    .set(api_keys::name.eq(name.as_str()))
                    .execute(connection)
                    .await?;
                self.find_key_on(connection, workspace_id, key_id).await
            })
            .await
    }
}
