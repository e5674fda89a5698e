//! The key that a page is about.

use chaser_keys::KeyId;
use chaser_keys_storage::{KeyOverview, Store};
use time::OffsetDateTime;

use crate::authentication::SignedIn;
use crate::error::ApiError;

pub(super) use crate::api::keys::KeyIdInPath;

/// The key, if it is the workspace's own, and the time to which it refers.
pub(super) async fn find(
    store: &Store,
    person: &SignedIn,
    id: KeyId,
) -> Result<(KeyOverview, OffsetDateTime), ApiError> {
    store.key_overview_of(person.workspace_id, id).await?.ok_or(ApiError::KeyNotFound)
}
