//! Creating a workspace.

use chaser_keys::WorkspaceId;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::workspace_name::WorkspaceName;
use crate::database::schema::workspaces;
use crate::{StorageError, Store};

impl Store {
    /// Creates a workspace without users and keys. Its name need not be unique.
    pub async fn create_workspace(&self, name: &WorkspaceName) -> Result<WorkspaceId, StorageError> {
        let id = Uuid::new_v4();
        self.database
            .run(async |connection| {
                let now = self.now(connection).await?;
                let new = (
                    workspaces::id.eq(id),
                    workspaces::name.eq(name.as_str()),
                    workspaces::created_at.eq(now),
                );
                diesel::insert_into(workspaces::table).values(new).execute(connection).await?;
                Ok(WorkspaceId::from_uuid(id))
            })
            .await
    }
}
