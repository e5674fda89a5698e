//! Which keys of a workspace a page shows, and in which order.

use chaser_keys::{KeyMode, WorkspaceId};
use diesel::dsl::{AsExprOf, sql};
use diesel::expression::{SqlLiteral, UncheckedBind};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text, Timestamptz};
use time::OffsetDateTime;

use crate::database::schema::api_keys;
use crate::keys::row::last_used_at;

/// What to show of a workspace's keys. The default shows all, what needs attention first.
#[derive(Clone, Debug, Default)]
pub struct KeyFilter {
    /// Only keys whose name or display prefix contains this, whatever the case.
    pub text: Option<String>,
    /// Only live or only test keys.
    pub mode: Option<KeyMode>,
    /// Only keys of this status.
    pub status: Option<StatusFilter>,
    /// The order.
    pub sort: KeySort,
    /// Which page of 50, from 1; 0 is read as 1.
    pub page: u32,
}

/// A status without its moment.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum StatusFilter {
    /// Authenticates until somebody ends it.
    Active,
    /// Was rotated and still authenticates.
    Grace,
    /// Does not authenticate any more.
    Revoked,
}

/// The order of a list.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum KeySort {
    /// Keys in grace and keys whose secret nobody confirmed; then the newest; revoked ones last.
    #[default]
    Attention,
    /// The newest first.
    Newest,
    /// By name, whatever the case.
    Name,
    /// The most recently used first, never used ones last.
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
            Some(StatusFilter::Grace) => keys.filter(api_keys::revoked_at.gt(now)),
            Some(StatusFilter::Revoked) => keys.filter(api_keys::revoked_at.le(now)),
        }
    }

    /// The same keys in the order asked for; ties by age, so that pages never overlap.
    pub(super) fn ordered(&self, keys: Keys, now: OffsetDateTime) -> Keys {
        let newest = (api_keys::created_at.desc(), api_keys::id.desc());
        match self.sort {
            KeySort::Attention => keys.order((needs_attention(now).desc(), is_over(now), newest.0, newest.1)),
            KeySort::Newest => keys.order(newest),
            KeySort::Name => keys.order((lower_name(), newest.0, newest.1)),
            KeySort::LastUsed => keys.order((last_used_at().desc().nulls_last(), newest.0, newest.1)),
        }
    }
}

/// A search for a literal text: `%` and `_` in it are nothing special.
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

/// In grace, or alive with a secret that nobody confirmed.
pub(super) fn needs_attention(now: OffsetDateTime) -> AtMoment {
    sql::<Bool>("(revoked_at is null and awaits_confirmation_since is not null or coalesce(revoked_at > ")
        .bind::<Timestamptz, _>(now)
        .sql(", false))")
}

/// Does not authenticate any more.
fn is_over(now: OffsetDateTime) -> AtMoment {
    sql::<Bool>("coalesce(revoked_at <= ").bind::<Timestamptz, _>(now).sql(", false)")
}

/// A condition with a moment bound into it.
type AtMoment = SqlLiteral<Bool, UncheckedBind<SqlLiteral<Bool>, AsExprOf<OffsetDateTime, Timestamptz>>>;
