//! Whether an old key can be stopped: the domain's rule, asked about a key on a page.

use chaser_keys::{KeyStatus, OldKeyRequests, OldKeyUse, SuccessorUse};
use chaser_keys_storage::KeyOverview;
use time::OffsetDateTime;

/// Of a key in grace; none for any other.
pub(super) fn old_key_use(key: &KeyOverview, now: OffsetDateTime) -> Option<OldKeyUse> {
    if !matches!(key.status, KeyStatus::Grace { .. }) {
        return None;
    }
    let requests = key
        .activity
        .map(|activity| OldKeyRequests::new(activity.last_used_at, activity.requests_since_rotation));
    let successors: Vec<_> = key
        .successors
        .iter()
        .map(|new| SuccessorUse::new(new.created_at, new.status, new.last_used_at))
        .collect();
    Some(OldKeyUse::of(requests, &successors, now))
}
