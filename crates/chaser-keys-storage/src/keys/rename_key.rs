//! Renaming a key.

use chaser_keys::{KeyId, KeyName, WorkspaceId};
use diesel::prelude::*;
use diesel_async::{AsyncConnection, RunQueryDsl};

use super::StoredKey;
use crate::database::schema::api_keys;
use crate::{StorageError, Store};

impl Store {
    /// Renames a key of any status and returns it; `None` if the workspace has no such key.
    pub async fn rename_key(
        &self,
        workspace_id: WorkspaceId,
        key_id: KeyId,
        name: KeyName,
    ) -> Result<Option<StoredKey>, StorageError> {
        // One transaction: the row stays locked, so that the key that is returned is the key that was renamed.
        let renaming = async {
            // One transaction: it locks the row, so that the status it returns is that of the key it renamed.
            self.connection()
                .await?
                .transaction::<_, StorageError, _>(async |connection| {
                    diesel::update(api_keys::table)
                        .filter(api_keys::id.eq(key_id.as_uuid()))
                        .filter(api_keys::workspace_id.eq(workspace_id.as_uuid()))
                        .set(api_keys::name.eq(name.as_str()))
                        .execute(connection)
                        .await?;
                    self.find_key_on(connection, workspace_id, key_id).await
                })
                .await
        };
        self.database.within_deadline(renaming).await
    }
}
