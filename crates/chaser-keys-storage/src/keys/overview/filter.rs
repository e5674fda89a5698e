//! Which keys of a workspace a page shows, and in which order.

use chaser_keys::{KeyMode, WorkspaceId};
use diesel::dsl::{auto_type, sql};
use diesel::expression::SqlLiteral;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};
use time::OffsetDateTime;

use crate::database::schema::api_keys;
use crate::keys::row::last_used_at;
use crate::keys::status_conditions::{is_in_grace, is_revoked};

/// Which keys of a workspace to show. The default shows all of them, those that need attention first.
#[derive(Clone, Debug, Default)]
pub struct KeyFilter {
    /// Only keys whose name or display prefix contains this text, ignoring case.
    pub text: Option<String>,
    /// Only live or only test keys.
    pub mode: Option<KeyMode>,
    /// Only keys of this status.
    pub status: Option<StatusFilter>,
    /// The order.
    pub sort: KeySort,
    /// The number of the page, from 1; 0 is read as 1.
    pub page: u32,
}

/// A key's status, without its time.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum StatusFilter {
    /// Authenticates, and was neither rotated nor revoked.
    Active,
    /// Was rotated, and still authenticates.
    Grace,
    /// No longer authenticates.
    Revoked,
}

/// The order of a list.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum KeySort {
    /// Keys in grace and keys whose secret was not confirmed first, then the newest, revoked keys last.
    #[default]
    Attention,
    /// The newest first.
    Newest,
    /// By name, ignoring case.
    Name,
    /// The most recently used first, keys that were never used last.
    LastUsed,
}

type Keys = api_keys::BoxedQuery<'static, Pg>;

impl KeyFilter {
    /// The keys that match, in no order.
    pub(super) fn matching(&self, workspace_id: WorkspaceId, now: OffsetDateTime) -> Keys {
        let mut keys = api_keys::table.filter(api_keys::workspace_id.eq(workspace_id.as_uuid())).into_boxed();
        if let Some(text) = &self.text {
            keys = keys.filter(contains(text));
        }
        if let Some(mode) = self.mode {
            keys = keys.filter(api_keys::mode.eq(mode.as_str()));
        }
        match self.status {
            None => keys,
            Some(StatusFilter::Active) => keys.filter(api_keys::revoked_at.is_null()),
            Some(StatusFilter::Grace) => keys.filter(is_in_grace(now)),
            Some(StatusFilter::Revoked) => keys.filter(is_revoked(now)),
        }
    }

    /// The same keys in the chosen order. Equal ones are ordered by age, so that pages never overlap.
    pub(super) fn ordered(&self, keys: Keys, now: OffsetDateTime) -> Keys {
        let newest = (api_keys::created_at.desc(), api_keys::id.desc());
        match self.sort {
            KeySort::Attention => {
                keys.order((needs_attention(now).desc(), is_revoked(now), newest.0, newest.1))
            }
            KeySort::Newest => keys.order(newest),
            KeySort::Name => keys.order((lower_name(), newest.0, newest.1)),
            KeySort::LastUsed => keys.order((last_used_at().desc().nulls_last(), newest.0, newest.1)),
        }
    }
}

/// A search for a literal text: `%` and `_` have no special meaning.
fn contains(text: &str) -> Box<dyn BoxableExpression<api_keys::table, Pg, SqlType = Bool>> {
    let found = sql::<Bool>("(strpos(lower(name), lower(")
        .bind::<Text, _>(text.to_owned())
        .sql(")) > 0 or strpos(lower(prefix), lower(")
        .bind::<Text, _>(text.to_owned())
        .sql(")) > 0)");
    Box::new(found)
}

fn lower_name() -> SqlLiteral<Text> {
    sql("lower(name)")
}

/// In grace, or active with a secret that was not confirmed.
#[auto_type(no_type_alias)]
pub(super) fn needs_attention(now: OffsetDateTime) -> _ {
    let is_unconfirmed =
        api_keys::revoked_at.is_null().and(api_keys::awaits_confirmation_since.is_not_null());
    let is_in_grace: is_in_grace = is_in_grace(now);
    is_unconfirmed.or(is_in_grace)
}
