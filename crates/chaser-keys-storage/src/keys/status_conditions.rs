//! A key's status as conditions in SQL.

use diesel::dsl::{auto_type, not};
use diesel::prelude::*;
use time::OffsetDateTime;

use crate::database::key_authenticates_at::key_authenticates_at;
use crate::database::schema::api_keys;

#[auto_type]
pub(super) fn is_in_grace(now: OffsetDateTime) -> _ {
    api_keys::revoked_at.is_not_null().and(key_authenticates_at(api_keys::revoked_at, now))
}

#[auto_type]
pub(super) fn is_revoked(now: OffsetDateTime) -> _ {
    not(key_authenticates_at(api_keys::revoked_at, now))
}
