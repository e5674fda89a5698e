//! Renaming a key.

use chaser_keys::{KeyId, KeyName, WorkspaceId};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::StoredKey;
use crate::database::schema::api_keys;
use crate::{StorageError, Store};

impl Store {
    /// Gives a key another name, whatever its status, and returns it; none if the workspace has no such key.
    pub async fn rename_key(
        &self,
        workspace_id: WorkspaceId,
        key_id: KeyId,
        name: KeyName,
    ) -> Result<Option<StoredKey>, StorageError> {
        let renaming = async {
            let mut connection = self.connection().await?;
            diesel::update(api_keys::table)
                .filter(api_keys::id.eq(key_id.as_uuid()))
                .filter(api_keys::workspace_id.eq(workspace_id.as_uuid()))
                .set(api_keys::name.eq(name.as_str()))
                .execute(&mut connection)
                .await?;
            self.find_key_on(&mut connection, workspace_id, key_id).await
        };
        self.database.within_deadline(renaming).await
    }
}
