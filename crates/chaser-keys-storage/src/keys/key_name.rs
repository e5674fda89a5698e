//! A key's name, for answers that must not wait for the database.

use std::time::Duration;

use chaser_keys::{KeyId, KeyName, WorkspaceId};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use moka::future::Cache;

use crate::database::schema::api_keys;
use crate::{StorageError, Store};

/// After a key was renamed, its former name may be told for so long.
const REMEMBERED_FOR: Duration = Duration::from_secs(10);
/// About 20 MB.
const REMEMBERED: u64 = 100_000;
/// PostgreSQL answers this in well under a millisecond; a name is not worth waiting longer.
const PATIENCE: Duration = Duration::from_millis(100);

/// Names that were read a short while ago.
pub(crate) type KeyNames = Cache<KeyId, KeyName>;

pub(crate) fn no_names() -> KeyNames {
    Cache::builder().max_capacity(REMEMBERED).time_to_live(REMEMBERED_FOR).build()
}

impl Store {
    /// What the key is called, up to ten seconds ago; none if that is not known within a moment, whatever
    /// the reason. Never more than a label: nothing may depend on it.
    pub async fn key_name_if_at_hand(&self, workspace_id: WorkspaceId, key_id: KeyId) -> Option<KeyName> {
        let reading = self.names.try_get_with(key_id, self.read_name(workspace_id, key_id));
        tokio::time::timeout(PATIENCE, reading).await.ok()?.ok()
    }

    async fn read_name(&self, workspace_id: WorkspaceId, key_id: KeyId) -> Result<KeyName, StorageError> {
        let name: String = api_keys::table
            .filter(api_keys::id.eq(key_id.as_uuid()))
            .filter(api_keys::workspace_id.eq(workspace_id.as_uuid()))
            .select(api_keys::name)
            .first(&mut self.connection().await?)
            .await?;
        let corrupt = |_| crate::CorruptRow { table: "api_keys", column: "name", id: key_id.to_string() };
        Ok(name.parse().map_err(corrupt)?)
    }
}
