//! Listing the keys of a workspace.

use chaser_keys::WorkspaceId;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::stored_key::{StoredKey, StoredKeyRow, stored_key_columns, stored_keys};
use crate::database::schema::api_keys;
use crate::{StorageError, Store};

impl Store {
    /// All keys of a workspace, newest first, including revoked ones.
    pub async fn list_keys(&self, workspace_id: WorkspaceId) -> Result<Vec<StoredKey>, StorageError> {
        let listing = async |connection: &mut AsyncPgConnection| {
            // First, so that nothing in the snapshot is newer: a key revoked in between would appear to be in grace.
            let now = self.now(connection).await?;
            let rows = api_keys::table
                .filter(api_keys::workspace_id.eq(workspace_id.as_uuid()))
                .order((api_keys::created_at.desc(), api_keys::id.desc()))
                .select(stored_key_columns())
                .load::<StoredKeyRow>(connection)
                .await?;
            stored_keys(connection, rows, now).await
        };
        self.database.snapshot(listing).await
    }
}
