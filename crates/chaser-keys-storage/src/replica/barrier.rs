//! The barrier: a revoke answers when no node can accept the key any more.

use std::time::Duration;

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};
use diesel_async::RunQueryDsl;
use tokio::time::{sleep, timeout};
use uuid::Uuid;

use super::Replica;
use super::boot_clock::Moment;
use super::membership::Member;
use crate::database::schema::{coherence_revision, nodes};
use crate::{StorageError, Store};

/// How often the table of nodes is read again, in case a notification was lost.
const READ_AGAIN_AFTER: Duration = Duration::from_millis(20);

/// Nodes that have not acknowledged the change yet.
struct Pending {
    rev: i64,
    nodes: Vec<Uuid>,
}

impl Store {
    /// Waits until every member has applied what was committed, or every lease from before it has run out.
    ///
    /// `committed` was read from the clock *after* the commit was acknowledged, and the membership is read
    /// after that: a node that is not in it registers later, and its first read sees the change. The other
    /// way out needs no database: W after the commit, no node holds a lease that was counted from before it.
    pub(crate) async fn wait_until_known_everywhere(&self, committed: Moment) {
        let deadline = committed + self.replica.timing.wait;
        self.replica.hint.notify_one();
        let waiting = self.wait_for_members();
        // Running out of time is the second way to be done.
        if timeout(Moment::now().until(deadline), waiting).await.is_err() {
            tracing::info!("a revoke waited for the leases to run out: a node did not answer");
        }
    }

    async fn wait_for_members(&self) {
        let mut acknowledgements = self.replica.members.acknowledgements();
        let mut pending: Option<Pending> = None;
        loop {
            match self.read_members(pending.as_ref()).await {
                Ok(still) => pending = still,
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
        let all_applied = |pending: &Pending| {
            pending.nodes.iter().all(|node| self.replica.members.has_applied(*node, pending.rev))
        };
        !self.replica.must_wait_in_full() && pending.is_some_and(all_applied)
    }

    /// Who is still to acknowledge: of the members at the first read, those that are alive and behind.
    async fn read_members(&self, earlier: Option<&Pending>) -> Result<Option<Pending>, StorageError> {
        let mut connection = self.connection().await?;
        // One statement, so that revision and members belong together.
        let rows = coherence_revision::table
            .left_join(nodes::table.on(sql::<Bool>("true")))
            .select((
                coherence_revision::rev,
                nodes::all_columns.nullable(),
                sql::<Text>("substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8)"),
            ))
            .load::<(i64, Option<NodeRow>, String)>(&mut connection)
            .await?;
        let now = Moment::now();
        let Some((rev_now, _, timeline)) = rows.as_slice().first() else { return Ok(None) };
        self.replica.compare_timeline(timeline);
        // The first read came after the commit: its revision covers the change.
        let rev = earlier.map_or(*rev_now, |pending| pending.rev);
        let members: Vec<Member> =
            rows.iter().filter_map(|(_, node, _)| node.as_ref().map(Member::from)).collect();
        self.replica.members.observe(&members, now);
        let is_awaited = |member: &&Member| {
            earlier.is_none_or(|pending| pending.nodes.contains(&member.node_id))
                && !self.replica.members.is_dead(member, self.replica.timing.wait, now)
        };
        let nodes = members.iter().filter(is_awaited).map(|member| member.node_id).collect();
        Ok(Some(Pending { rev, nodes }))
    }
}

#[derive(Queryable)]
struct NodeRow {
    node_id: Uuid,
    applied_rev: i64,
    beat: i64,
    _registered_at: time::OffsetDateTime,
}

impl From<&NodeRow> for Member {
    fn from(row: &NodeRow) -> Self {
        Self { node_id: row.node_id, applied_rev: row.applied_rev, beat: row.beat }
    }
}

impl Replica {
    /// After another PostgreSQL took over, acknowledgements from before mean nothing for as long as a lease from
    /// before can last.
    fn must_wait_in_full(&self) -> bool {
        Moment::now() < self.full_wait_until.get()
    }
}
