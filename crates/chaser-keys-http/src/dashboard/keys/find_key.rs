//! The key that a page is about.

use chaser_keys::KeyId;
use chaser_keys_storage::{KeyOverview, Store};
use time::OffsetDateTime;

use crate::authentication::SignedIn;
use crate::error::ApiError;

/// The key, if it belongs to the user's workspace, and PostgreSQL's time at which it was read.
pub(super) async fn find_key(
    store: &Store,
    user: &SignedIn,
    id: KeyId,
) -> Result<(KeyOverview, OffsetDateTime), ApiError> {
    store.key_overview_of(user.workspace_id, id).await?.ok_or(ApiError::KeyNotFound)
}
