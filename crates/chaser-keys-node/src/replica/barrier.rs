//! The barrier: a revoke answers when no node can accept the key any more.

use std::pin::pin;

use tokio::time::{sleep, timeout};
use tokio_postgres::Row;
use uuid::Uuid;

use super::boot_instant::BootInstant;
use super::membership::Member;
use super::metrics::BarrierOutcome;
use super::round_error::RoundError;
use super::shared::Replica;
use crate::ErrorChain;
use crate::postgres::SharedConnection;
use crate::timing::MEMBERSHIP_READ_INTERVAL;

/// Revision and members in one statement, so that they belong together. Changes that end no key are acknowledged
/// with the next beat: the revision to wait for is that of the last change that ended one.
const LAST_END_AND_MEMBERS: &str = "
    select coalesce((select max(rev) from key_changes where ends_key), 0) as last_end,
           primary_identity = (select primary_identity()) as primary_is_recorded,
           node_id, applied_rev, beat, lease_ms
    from coherence_revision left join nodes on true";
const DELETE_DEAD_NODE: &str = "delete from nodes where node_id = $1 and beat = $2";

/// What stands between a revoke and its answer.
struct Pending {
    /// What the nodes must have applied: it covers the change.
    rev: i64,
    /// The members that may still serve without it.
    nodes: Vec<Uuid>,
    /// Another PostgreSQL has taken over a short while ago, and may not know all members.
    wait_full_lease: bool,
}

impl Pending {
    fn is_known_everywhere(&self) -> bool {
        self.nodes.is_empty() && !self.wait_full_lease
    }
}

/// Waits until every member has applied what was committed, or every lease from before it has run out.
///
/// `committed` was read from the clock *after* the commit was acknowledged, and the membership is read
/// after that: a node that is not in it registers later, and its first read sees the change. The other
/// way out needs no database: W after the commit, no node holds a lease that was counted from before it.
pub(crate) async fn wait_until_known_everywhere(
    replica: &Replica,
    connection: &SharedConnection,
    committed: BootInstant,
) {
    replica.hint.notify_one();
    let mut waiting = pin!(wait_for_members(replica, connection));
    let outcome = loop {
        // Computed again after each wait: a member with a longer lease may have appeared.
        let left = BootInstant::now().until(committed + replica.longest_wait());
        if left.is_zero() {
            break BarrierOutcome::LeasesRanOut;
        }
        if timeout(left, &mut waiting).await.is_ok() {
            break BarrierOutcome::Acknowledged;
        }
    };
    let waited = BootInstant::now().since(committed);
    replica.metrics.barrier_passed(outcome, waited);
    if outcome == BarrierOutcome::LeasesRanOut {
        tracing::info!(?waited, "a revoke waited for the leases to run out: a node did not answer");
    }
}

async fn wait_for_members(replica: &Replica, connection: &SharedConnection) {
    let mut notifications = replica.members.notifications();
    let mut pending: Option<Pending> = None;
    loop {
        // Before the read: an acknowledgement that comes during the read is read again.
        notifications.mark_unchanged();
        match read_pending(replica, connection, pending.as_ref()).await {
            Ok(still) if still.is_known_everywhere() => return,
            Ok(still) => pending = Some(still),
            Err(error) => {
                tracing::debug!(error = %ErrorChain(&error), "the barrier cannot read the membership");
            }
        }
        tokio::select! {
            _ = notifications.changed() => {}
            () = sleep(MEMBERSHIP_READ_INTERVAL) => {}
        }
    }
}

/// The members at the first read that are still members and have not acknowledged.
async fn read_pending(
    replica: &Replica,
    connection: &SharedConnection,
    earlier: Option<&Pending>,
) -> Result<Pending, RoundError> {
    let rows = connection.query(LAST_END_AND_MEMBERS, &[]).await?;
    let now = BootInstant::now();
    let first = rows.first().ok_or(RoundError::Corrupt("the table coherence_revision is empty"))?;
    let last_end: i64 = first.try_get("last_end")?;
    let members = members(&rows)?;
    replica.members.observe(&members, now);
    replica.metrics.heard_of(last_end);
    let mut pending = Pending {
        // The first read came after the commit, so this covers the change. One that was trimmed is a day old:
        // every node that holds a lease knows it.
        rev: earlier.map_or(last_end, |pending| pending.rev),
        nodes: Vec::new(),
        wait_full_lease: !first.try_get::<_, bool>("primary_is_recorded")?,
    };
    for member in members {
        let is_awaited = earlier.is_none_or(|pending| pending.nodes.contains(&member.node_id));
        if is_awaited
            && member.applied_rev < pending.rev
            && !sweep_if_dead(replica, connection, &member, now).await?
        {
            pending.nodes.push(member.node_id);
        }
    }
    Ok(pending)
}

/// Without members there is one row, whose node is null.
fn members(rows: &[Row]) -> Result<Vec<Member>, tokio_postgres::Error> {
    let mut members = Vec::new();
    for row in rows {
        if row.try_get::<_, Option<Uuid>>("node_id")?.is_some() {
            members.push(Member::try_from(row)?);
        }
    }
    Ok(members)
}

/// A dead member is not awaited, but only once its row is gone: until then it may wake up in the middle of
/// a round that read before the change, find its row, and take a lease.
async fn sweep_if_dead(
    replica: &Replica,
    connection: &SharedConnection,
    member: &Member,
    now: BootInstant,
) -> Result<bool, RoundError> {
    if !replica.members.is_dead(member, now) {
        return Ok(false);
    }
    Ok(connection.execute(DELETE_DEAD_NODE, &[&member.node_id, &member.beat]).await? == 1)
}
