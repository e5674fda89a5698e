//! Which rows a key's successors are.

use chaser_keys::KeyId;
use diesel::dsl::sql;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::{Array, Bool, Timestamptz, Uuid as SqlUuid};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::database::schema::api_keys;

/// The keys themselves and their successors; for a key in grace the whole chain of successors, because its callers may
/// already use a later one.
pub(super) fn is_in_chain_of(
    keys: impl Iterator<Item = KeyId>,
    now: OffsetDateTime,
) -> Box<dyn BoxableExpression<api_keys::table, Pg, SqlType = Bool>> {
    let ids: Vec<Uuid> = keys.map(KeyId::as_uuid).collect();
    let is_in_chain = sql::<Bool>(
        "id in (with recursive chain (id, is_followed, goes_on) as (\
             select id, key_authenticates_at(revoked_at, ",
    )
    .bind::<Timestamptz, _>(now)
    .sql("), true from api_keys where id = any(")
    .bind::<Array<SqlUuid>, _>(ids)
    .sql(
        ") union all \
             select after.id, is_followed, is_followed \
             from chain join api_keys after on after.replaces = chain.id where goes_on\
         ) select id from chain)",
    );
    Box::new(is_in_chain)
}
