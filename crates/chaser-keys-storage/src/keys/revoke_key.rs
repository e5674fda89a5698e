//! Revoking a key.

use chaser_keys::{ApiKey, KeyId, Revocation, WorkspaceId};
use chaser_keys_node::BootInstant;
use diesel::prelude::*;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};

use super::find_key::lock_key;
use crate::database::schema::api_keys;

use crate::{StorageError, Store};

impl Store {
    /// Ends a key at once, active or in grace; none if the workspace has no such key. Doing it again
    /// changes nothing and succeeds. When this returns, no node accepts the key.
    pub async fn revoke_key(
        &self,
        workspace_id: WorkspaceId,
        key_id: KeyId,
    ) -> Result<Option<Revocation>, StorageError> {
        let revoking = async {
            let mut connection = self.urgent_connection().await?;
            connection
                .transaction::<_, StorageError, _>(async |connection| {
                    let Some(key) = lock_key(connection, workspace_id, key_id).await? else {
                        return Ok(None);
                    };
                    let revocation = key.revoke(self.now(connection).await?);
                    if let Revocation::Revoked(ended) = &revocation {
                        write_end(connection, ended).await?;
                    }
                    Ok(Some(revocation))
                })
                .await
        };
        let revocation = self.database.within_deadline(revoking).await?;
        // Also when it had ended before: whoever ended it may have crashed before anybody knew everywhere.
        if revocation.is_some() {
            self.node.wait_until_known_everywhere(BootInstant::now()).await;
        }
        Ok(revocation)
    }
}

/// Writes the moment at which a locked key stops authenticating.
pub(super) async fn write_end(connection: &mut AsyncPgConnection, key: &ApiKey) -> Result<(), StorageError> {
    let written = diesel::update(api_keys::table.find(key.id.as_uuid()))
        .set(api_keys::revoked_at.eq(key.revoked_at))
        .execute(connection)
        .await?;
    // The row is locked and rows are never deleted.
    if written == 1 {
        Ok(())
    } else {
        Err(StorageError::Refused(format!("wrote {written} rows for one key")))
    }
}
