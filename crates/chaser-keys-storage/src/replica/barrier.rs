//! The barrier: a revoke answers when no node can accept the key any more.

use std::pin::pin;
use std::time::Duration;

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use tokio::time::{sleep, timeout};
use uuid::Uuid;

use super::Timing;
use super::boot_clock::Moment;
use super::membership::Member;
use super::metrics::BarrierOutcome;
use crate::database::schema::{coherence_revision, nodes};
use crate::{StorageError, Store};

/// How often the table of nodes is read again, in case a notification was lost.
const READ_AGAIN_AFTER: Duration = Duration::from_millis(20);

/// What stands between a revoke and its answer.
struct Pending {
    /// What the nodes have to have applied: it covers the change.
    rev: i64,
    /// Members that may still serve without it.
    nodes: Vec<Uuid>,
    /// Another PostgreSQL has taken over a short while ago, and may not know all members.
    must_wait_in_full: bool,
}

impl Store {
    /// Waits until every member has applied what was committed, or every lease from before it has run out.
    ///
    /// `committed` was read from the clock *after* the commit was acknowledged, and the membership is read
    /// after that: a node that is not in it registers later, and its first read sees the change. The other
    /// way out needs no database: W after the commit, no node holds a lease that was counted from before it.
    pub(crate) async fn wait_until_known_everywhere(&self, committed: Moment) {
        self.replica.hint.notify_one();
        let mut waiting = pin!(self.wait_for_members());
        let outcome = loop {
            // Again after each wait: a member with a longer lease may have turned up.
            let left = Moment::now().until(committed + self.replica.longest_wait());
            if left.is_zero() {
                break BarrierOutcome::LeasesRanOut;
            }
            if timeout(left, &mut waiting).await.is_ok() {
                break BarrierOutcome::Acknowledged;
            }
        };
        let waited = Moment::now().since(committed);
        self.replica.metrics.barrier_passed(outcome, waited);
        if outcome == BarrierOutcome::LeasesRanOut {
            tracing::info!(?waited, "a revoke waited for the leases to run out: a node did not answer");
        }
    }

    async fn wait_for_members(&self) {
        let mut acknowledgements = self.replica.members.acknowledgements();
        let mut pending: Option<Pending> = None;
        loop {
            match self.read_members(pending.as_ref()).await {
                Ok(still) => pending = Some(still),
                Err(error) => tracing::debug!(%error, "the barrier cannot read the membership"),
            }
            while !self.is_known_everywhere(pending.as_ref()) {
                tokio::select! {
                    _ = acknowledgements.changed() => {}
                    () = sleep(READ_AGAIN_AFTER) => break,
                }
            }
            if self.is_known_everywhere(pending.as_ref()) {
                return;
            }
        }
    }

    fn is_known_everywhere(&self, pending: Option<&Pending>) -> bool {
        pending.is_some_and(|pending| {
            let has_applied = |node: &Uuid| self.replica.members.has_applied(*node, pending.rev);
            !pending.must_wait_in_full && pending.nodes.iter().all(has_applied)
        })
    }

    /// Who is still to acknowledge: the members at the first read that are still members.
    async fn read_members(&self, earlier: Option<&Pending>) -> Result<Pending, StorageError> {
        let mut connection = self.urgent_connection().await?;
        // One statement, so that revision and members belong together.
        let rows = coherence_revision::table
            .left_join(nodes::table.on(sql::<Bool>("true")))
            .select((
                // Changes that end no key are acknowledged at leisure: not those that come after ours.
                sql::<BigInt>("coalesce((select max(rev) from key_changes where ends_key), 0)"),
                sql::<Bool>("primary_identity = (select primary_identity())"),
                nodes::all_columns.nullable(),
            ))
            .load::<(i64, bool, Option<NodeRow>)>(&mut connection)
            .await?;
        let now = Moment::now();
        let nothing = || StorageError::Refused("the table coherence_revision is empty".to_owned());
        let (last_end, primary_is_known, _) = rows.as_slice().first().ok_or_else(nothing)?;
        let members: Vec<Member> =
            rows.iter().filter_map(|(_, _, node)| node.as_ref().map(Member::from)).collect();
        self.replica.members.observe(&members, now);
        self.replica.metrics.heard_of(*last_end);
        let mut pending = Pending {
            // The first read came after the commit, so this covers the change. One that was trimmed is a day old:
            // whoever holds a lease knows it.
            rev: earlier.map_or(*last_end, |pending| pending.rev),
            nodes: Vec::new(),
            must_wait_in_full: !primary_is_known,
        };
        for member in members {
            let is_awaited = earlier.is_none_or(|pending| pending.nodes.contains(&member.node_id));
            if is_awaited && !self.sweep_if_dead(&mut connection, &member, now).await? {
                pending.nodes.push(member.node_id);
            }
        }
        Ok(pending)
    }

    /// A dead member is not awaited, but only once its row is gone: until then it may wake up in the middle of
    /// a round that read before the change, find its row, and take a lease.
    async fn sweep_if_dead(
        &self,
        connection: &mut AsyncPgConnection,
        member: &Member,
        now: Moment,
    ) -> Result<bool, StorageError> {
        if !self.replica.members.is_dead(member, now) {
            return Ok(false);
        }
        let row = nodes::table.find(member.node_id).filter(nodes::beat.eq(member.beat));
        Ok(diesel::delete(row).execute(connection).await? == 1)
    }
}

#[derive(Queryable)]
struct NodeRow {
    node_id: Uuid,
    applied_rev: i64,
    beat: i64,
    lease_ms: i64,
    _registered_at: time::OffsetDateTime,
}

impl From<&NodeRow> for Member {
    fn from(row: &NodeRow) -> Self {
        let wait = Timing::of_milliseconds(row.lease_ms).wait;
        Self { node_id: row.node_id, applied_rev: row.applied_rev, beat: row.beat, wait }
    }
}
