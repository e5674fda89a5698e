//! Revoking a key.

use chaser_keys::{KeyId, Revocation, WorkspaceId};
use chaser_keys_node::BootInstant;

use super::statements::{lock_key, write_end};
use crate::{StorageError, Store};

impl Store {
    /// Ends a key immediately, active or in grace; `None` if the workspace has no such key. A repetition changes
    /// nothing and succeeds. When this returns, no node accepts the key.
    pub async fn revoke_key(
        &self,
        workspace_id: WorkspaceId,
        key_id: KeyId,
    ) -> Result<Option<Revocation>, StorageError> {
        let revocation = self
            .database
            .transact_urgently(async |connection| {
                let Some(key) = lock_key(connection, workspace_id, key_id).await? else {
                    return Ok::<_, StorageError>(None);
                };
                let revocation = key.revoke(self.now(connection).await?);
                if let Revocation::Revoked(ended) = &revocation {
                    write_end(connection, ended).await?;
                }
                Ok(Some(revocation))
            })
            .await?;
        // Also for a key that had ended before: the process that ended it may have crashed before every node knew.
        if revocation.is_some() {
            self.node.wait_until_known_everywhere(BootInstant::now()).await;
        }
        Ok(revocation)
    }
}
