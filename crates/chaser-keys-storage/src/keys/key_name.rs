//! The name of a key, for responses that must not wait for the database.

use std::time::Duration;

use chaser_keys::{KeyId, KeyName, WorkspaceId};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::statements::key_of_workspace;
use crate::database::schema::api_keys;
use crate::{CorruptRow, StorageError, Store};

/// PostgreSQL answers this query in well under a millisecond; a name is not worth a longer wait.
const TIMEOUT: Duration = Duration::from_millis(100);

impl Store {
    /// The key's name, at most ten seconds old, if it is in memory.
    #[must_use]
    pub fn cached_key_name(&self, key_id: KeyId) -> Option<KeyName> {
        self.key_names.get(key_id)
    }

    /// The key's name, at most ten seconds old. `None` if PostgreSQL does not answer within 100 ms or fails: the name
    /// is a label that nothing depends on.
    pub async fn key_name_if_at_hand(&self, workspace_id: WorkspaceId, key_id: KeyId) -> Option<KeyName> {
        let cell = self.key_names.cell(key_id);
        let reading = cell.get_or_try_init(|| self.read_key_name(workspace_id, key_id));
        tokio::time::timeout(TIMEOUT, reading).await.ok()?.ok().cloned()
    }

    async fn read_key_name(&self, workspace_id: WorkspaceId, key_id: KeyId) -> Result<KeyName, StorageError> {
        let name: String = self
            .database
            .run(async |connection| {
                let query = key_of_workspace(workspace_id, key_id).select(api_keys::name);
                Ok::<_, StorageError>(query.first(connection).await?)
            })
            .await?;
        let corrupt = |_| CorruptRow { table: "api_keys", column: "name", id: key_id.to_string() };
        Ok(name.parse().map_err(corrupt)?)
    }
}
