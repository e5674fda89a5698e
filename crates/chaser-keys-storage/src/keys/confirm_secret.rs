//! Confirming that a key's secret was saved.

use chaser_keys::{KeyId, WorkspaceId};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use time::OffsetDateTime;

use super::statements::key_of_workspace;
use crate::database::schema::api_keys;
use crate::{StorageError, Store};

/// Whether there was a key to confirm.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ConfirmSecretOutcome {
    /// The key has no mark now; it need not have had one.
    Confirmed,
    /// The workspace has no such key.
    KeyNotFound,
}

impl Store {
    /// Removes the mark that [`SecretConfirmation::Awaited`](crate::SecretConfirmation::Awaited) sets.
    pub async fn confirm_secret(
        &self,
        workspace_id: WorkspaceId,
        key_id: KeyId,
    ) -> Result<ConfirmSecretOutcome, StorageError> {
        self.database
            .run(async |connection| {
                let confirmed = diesel::update(key_of_workspace(workspace_id, key_id))
                    .set(api_keys::awaits_confirmation_since.eq(None::<OffsetDateTime>))
                    .execute(connection)
                    .await?;
                Ok(match confirmed {
                    0 => ConfirmSecretOutcome::KeyNotFound,
                    _ => ConfirmSecretOutcome::Confirmed,
                })
            })
            .await
    }
}
