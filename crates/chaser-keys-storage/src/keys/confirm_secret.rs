//! Confirming that a key's secret was saved.

use chaser_keys::{KeyId, WorkspaceId};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use time::OffsetDateTime;

use crate::database::schema::api_keys;
use crate::{StorageError, Store};

impl Store {
    /// Removes the mark that [`SecretConfirmation::Awaited`](crate::SecretConfirmation::Awaited) sets. `None`:
    /// the workspace has no such key.
    pub async fn confirm_secret(
        &self,
        workspace_id: WorkspaceId,
        key_id: KeyId,
    ) -> Result<Option<()>, StorageError> {
        let confirming = async {
            let confirmed = diesel::update(api_keys::table)
                .filter(api_keys::id.eq(key_id.as_uuid()))
                .filter(api_keys::workspace_id.eq(workspace_id.as_uuid()))
                .set(api_keys::awaits_confirmation_since.eq(None::<OffsetDateTime>))
                .execute(&mut self.connection().await?)
                .await?;
            Ok((confirmed == 1).then_some(()))
        };
        self.database.within_deadline(confirming).await
    }
}
