//! A round: read what changed, apply it, publish it, acknowledge it, and only then extend the lease.

use chaser_keys::Expiry;
use tokio_postgres::Row;
use uuid::Uuid;

use super::boot_instant::BootInstant;
use super::changes::{Change, RoundHeader, parse_known_key};
use super::feed_connection::FeedConnection;
use super::look_ups::Batch;
use super::metrics::RoundKind;
use super::primary::Primary;
use super::round_error::RoundError;
use super::shared::Replica;
use crate::timing::CHANGES_PER_READ;

/// Where this node is in the stream of changes.
#[derive(Clone, Debug)]
pub(super) struct Position {
    pub(super) node_id: Uuid,
    pub(super) primary: Primary,
    pub(super) applied_rev: i64,
    pub(super) acknowledged_rev: i64,
}

impl Position {
    /// The position of a fresh registration.
    pub(super) fn at_start(header: &RoundHeader) -> Self {
        Self {
            node_id: Uuid::new_v4(),
            primary: Primary::followed_from_now(header),
            applied_rev: header.rev,
            acknowledged_rev: header.rev,
        }
    }
}

impl Replica {
    /// A whole round, which proves that this node knows everything. `t0` is read before anything is sent: a lease that is
    /// counted from there has run out by the time a revoke that is committed later stops waiting for this node.
    pub(super) async fn round(
        &self,
        connection: &FeedConnection,
        position: &mut Position,
    ) -> Result<(), RoundError> {
        let t0 = BootInstant::now();
        self.count_round();
        let batch = self.look_ups.next_batch();
        // Sent together; PostgreSQL answers in this order, and each statement sees what the one before saw.
        let (header, changes, found, members) = tokio::try_join!(
            connection.header(),
            connection.changes_since(position.applied_rev),
            connection.look_up(&batch.digests),
            connection.members(),
        )?;
        position.primary.check_unchanged(&header)?;
        if header.rev < position.applied_rev {
            return Err(RoundError::StartOver("PostgreSQL has forgotten changes"));
        }
        self.metrics.heard_of(header.rev);
        self.apply_all(connection, changes, position).await?;
        if position.applied_rev < header.rev {
            return Err(RoundError::StartOver("changes that this node has not seen were trimmed"));
        }
        self.time.learn(header.database_time, t0);
        self.answer_look_ups(&batch, &found)?;
        self.members.observe(&members, BootInstant::now());
        acknowledge(connection, position).await?;
        // Unlike an acknowledgement, a beat must outlive this PostgreSQL: on the standby that takes over, other nodes
        // must know that this one is there to be waited for.
        if !connection.beat(position.node_id, t0).await? {
            return Err(RoundError::StartOver("other nodes have stopped waiting for this one"));
        }
        self.lease.extend_to(t0 + self.timing.lease);
        self.proved_at.send_replace(t0);
        self.metrics.round_done(RoundKind::Lease);
        self.sweep(connection, position.node_id, &members).await?;
        position.primary.record_if_settled(connection, &header, self.longest_wait()).await
    }

    /// A round that reads changes and looks up keys, and acknowledges changes that end keys: for revokes, and for keys
    /// that this node does not know. It proves nothing, so it does not extend the lease.
    pub(super) async fn quick_round(
        &self,
        connection: &FeedConnection,
        position: &mut Position,
    ) -> Result<(), RoundError> {
        self.count_round();
        let batch = self.look_ups.next_batch();
        let (changes, found) = tokio::try_join!(
            connection.changes_since(position.applied_rev),
            connection.look_up(&batch.digests),
        )?;
        let ends_keys = self.apply_all(connection, changes, position).await?;
        self.answer_look_ups(&batch, &found)?;
        self.metrics.round_done(RoundKind::Quick);
        // No revoke waits for a change that ends no key: it is acknowledged with the next beat.
        if ends_keys {
            acknowledge(connection, position).await?;
        }
        Ok(())
    }

    /// Applies the changes that were read and those that follow them. True if one of them ends a key.
    async fn apply_all(
        &self,
        connection: &FeedConnection,
        mut rows: Vec<Row>,
        position: &mut Position,
    ) -> Result<bool, RoundError> {
        let mut ends_keys = false;
        loop {
            for row in &rows {
                self.pepper_coverage.check_change(row)?;
            }
            let changes: Vec<Change> = rows.iter().map(Change::try_from).collect::<Result<_, _>>()?;
            self.apply(&changes, position)?;
            ends_keys |= changes.iter().any(|change| change.key.expiry != Expiry::NEVER);
            if rows.len() < CHANGES_PER_READ {
                return Ok(ends_keys);
            }
            rows = connection.changes_since(position.applied_rev).await?;
        }
    }

    /// Applies changes, which must continue from where this node was without a gap.
    fn apply(&self, changes: &[Change], position: &mut Position) -> Result<(), RoundError> {
        let index = self.index.load();
        for change in changes {
            if change.rev != position.applied_rev + 1 {
                return Err(RoundError::StartOver("changes that this node has not seen were trimmed"));
            }
            index.put(&change.digest, change.key);
            position.applied_rev = change.rev;
        }
        self.metrics.applied(position.applied_rev);
        Ok(())
    }

    /// Adds the keys that were found, then releases the requests that wait for them.
    ///
    /// A key that is in the index already is left alone: a change that was read after the look-up may have ended it, and
    /// what the look-up saw must not undo that.
    fn answer_look_ups(&self, batch: &Batch, found: &[Row]) -> Result<(), RoundError> {
        let index = self.index.load();
        for row in found {
            let (digest, key) = parse_known_key(row)?;
            index.add_if_absent(&digest, key);
        }
        self.look_ups.answer(batch);
        Ok(())
    }
}

/// Publishes how far this node is, if the other nodes do not know yet.
async fn acknowledge(connection: &FeedConnection, position: &mut Position) -> Result<(), RoundError> {
    if position.applied_rev > position.acknowledged_rev {
        connection.acknowledge(position.node_id, position.applied_rev).await?;
        position.acknowledged_rev = position.applied_rev;
    }
    Ok(())
}
