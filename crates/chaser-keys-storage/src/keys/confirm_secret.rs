//! Whether the person who made a key has saved its secret.

use chaser_keys::{KeyId, WorkspaceId};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use time::OffsetDateTime;

use crate::database::schema::api_keys;
use crate::{StorageError, Store};

impl Store {
    /// Marks a key whose secret is being shown, until [`Store::confirm_secret`]: a page that was closed too
    /// early must not leave a key that nobody holds and nobody notices.
    pub async fn await_secret_confirmation(
        &self,
        workspace_id: WorkspaceId,
        key_id: KeyId,
    ) -> Result<(), StorageError> {
        let marking = async {
            let now = self.now(&mut *self.connection().await?).await?;
            self.write_confirmation(workspace_id, key_id, Some(now)).await?;
            Ok(())
        };
        self.database.within_deadline(marking).await
    }

    /// The secret was saved; none if the workspace has no such key.
    pub async fn confirm_secret(
        &self,
        workspace_id: WorkspaceId,
        key_id: KeyId,
    ) -> Result<Option<()>, StorageError> {
        let confirming = self.write_confirmation(workspace_id, key_id, None);
        let rows = self.database.within_deadline(confirming).await?;
        Ok((rows == 1).then_some(()))
    }

    async fn write_confirmation(
        &self,
        workspace_id: WorkspaceId,
        key_id: KeyId,
        awaited_since: Option<OffsetDateTime>,
    ) -> Result<usize, StorageError> {
        let rows = diesel::update(api_keys::table)
            .filter(api_keys::id.eq(key_id.as_uuid()))
            .filter(api_keys::workspace_id.eq(workspace_id.as_uuid()))
            .set(api_keys::awaits_confirmation_since.eq(awaited_since))
            .execute(&mut self.connection().await?)
            .await?;
        Ok(rows)
    }
}
