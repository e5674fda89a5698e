//! A row of `api_keys`, converted from and to the domain's record.

use chaser_keys::{ApiKey, KeyId, NewApiKey, PepperedDigest, WorkspaceId};
use diesel::dsl::sql;
use diesel::expression::SqlLiteral;
use diesel::prelude::*;
use diesel::sql_types::{Nullable, Timestamptz};
use time::OffsetDateTime;
use uuid::Uuid;

use super::secret_confirmation::SecretConfirmation;
use crate::CorruptRow;
use crate::database::schema::api_keys;

/// The columns of the domain's record.
#[derive(Queryable, Selectable)]
#[diesel(table_name = api_keys, check_for_backend(diesel::pg::Pg))]
pub(crate) struct ApiKeyRow {
    id: Uuid,
    workspace_id: Uuid,
    name: String,
    mode: String,
    prefix: String,
    created_at: OffsetDateTime,
    revoked_at: Option<OffsetDateTime>,
    replaces: Option<Uuid>,
}

impl TryFrom<ApiKeyRow> for ApiKey {
    type Error = CorruptRow;

    fn try_from(row: ApiKeyRow) -> Result<Self, CorruptRow> {
        let corrupt = |column| CorruptRow { table: "api_keys", column, id: row.id.to_string() };
        let of = NewApiKey::new(
            KeyId::from_uuid(row.id),
            WorkspaceId::from_uuid(row.workspace_id),
            row.name.try_into().map_err(|_| corrupt("name"))?,
            row.mode.parse().map_err(|_| corrupt("mode"))?,
        );
        let prefix = row.prefix.try_into().map_err(|_| corrupt("prefix"))?;
        let mut key = Self::restore(of, prefix, row.created_at).map_err(|_| corrupt("prefix"))?;
        key.revoked_at = row.revoked_at;
        key.replaces = row.replaces.map(KeyId::from_uuid);
        Ok(key)
    }
}

/// A row to insert.
#[derive(Insertable)]
#[diesel(table_name = api_keys)]
pub(crate) struct NewApiKeyRow<'a> {
    id: Uuid,
    workspace_id: Uuid,
    name: &'a str,
    mode: &'a str,
    prefix: &'a str,
    pepper_id: &'a str,
    digest: &'a [u8],
    created_at: OffsetDateTime,
    revoked_at: Option<OffsetDateTime>,
    replaces: Option<Uuid>,
    awaits_confirmation_since: Option<OffsetDateTime>,
}

impl<'a> NewApiKeyRow<'a> {
    pub(crate) fn of(
        key: &'a ApiKey,
        peppered: &'a PepperedDigest,
        confirmation: SecretConfirmation,
    ) -> Self {
        Self {
            id: key.id.as_uuid(),
            workspace_id: key.workspace_id.as_uuid(),
            name: key.name.as_str(),
            mode: key.mode.as_str(),
            prefix: key.prefix.as_str(),
            pepper_id: peppered.pepper_id.as_str(),
            digest: peppered.digest.as_bytes(),
            created_at: key.created_at,
            revoked_at: key.revoked_at,
            replaces: key.replaces.map(KeyId::as_uuid),
            awaits_confirmation_since: confirmation.awaited_since(key.created_at),
        }
    }
}

/// When a key was last used: the value of its newest day with requests, which is one look-up in an index.
pub(crate) fn last_used_at() -> SqlLiteral<Nullable<Timestamptz>> {
    sql("(select last_used_at from key_usage where key_id = api_keys.id and requests > 0 \
          order by day desc limit 1)")
}
