//! Listing the keys of a workspace.

use chaser_keys::WorkspaceId;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::StoredKey;
use super::row::{ApiKeyRow, StoredKeyRow, into_stored, last_used_at};
use crate::database::schema::api_keys;
use crate::{StorageError, Store};

impl Store {
    /// All keys of a workspace, newest first, revoked ones too.
    pub async fn list_keys(&self, workspace_id: WorkspaceId) -> Result<Vec<StoredKey>, StorageError> {
        let listing = async {
            let mut connection = self.connection().await?;
            let rows = api_keys::table
                .filter(api_keys::workspace_id.eq(workspace_id.as_uuid()))
                .order((api_keys::created_at.desc(), api_keys::id.desc()))
                .select((ApiKeyRow::as_select(), last_used_at()))
                .load::<StoredKeyRow>(&mut connection)
                .await?;
            let now = self.now(&mut connection).await?;
            Ok(rows.into_iter().map(|row| into_stored(row, now)).collect::<Result<_, _>>()?)
        };
        self.database.within_deadline(listing).await
    }
}
