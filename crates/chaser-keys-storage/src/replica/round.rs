//! A round: read what changed, apply it, publish it, say so, and only then extend the lease.

use chaser_keys::{KeyDigest, KeyId, WorkspaceId};
use thiserror::Error;
use time::OffsetDateTime;
use tokio_postgres::Row;
use uuid::Uuid;

use super::Replica;
use super::boot_clock::Moment;
use super::index::{End, IndexedKey};
use super::membership::Member;
use super::metrics::RoundKind;
use super::primary::Primary;
use super::session::{CHANGES_AT_ONCE, Session};

/// Why a round proved nothing.
#[derive(Debug, Error)]
pub(super) enum RoundError {
    /// The connection broke, or the database does not answer. What is known stays valid for its lease.
    #[error("the database does not answer: {0}")]
    Unavailable(#[from] tokio_postgres::Error),
    /// No answer for as long as a lease lasts.
    #[error("the database does not answer in time")]
    TooSlow,
    /// The database holds what its own constraints do not allow.
    #[error("the database holds what it should not: {0}")]
    Corrupt(&'static str),
    /// What this node knows may not be what the database holds: start over.
    #[error("{0}")]
    StartOver(&'static str),
}

/// Where this node is in the stream of changes.
#[derive(Clone, Debug)]
pub(super) struct Position {
    pub(super) node_id: Uuid,
    pub(super) primary: Primary,
    pub(super) applied_rev: i64,
    pub(super) acknowledged_rev: i64,
}

impl Position {
    /// A fresh registration's position.
    pub(super) fn at_start(facts: &Facts) -> Self {
        Self {
            node_id: Uuid::new_v4(),
            primary: Primary::followed_from_now(facts),
            applied_rev: facts.rev,
            acknowledged_rev: facts.rev,
        }
    }
}

impl Replica {
    /// A whole round, which proves that this node knows everything. `t0` is read before anything is sent: what
    /// the database commits later, the lease counted from there has run out by the time a revoke stops
    /// waiting for this node.
    pub(super) async fn round(&self, session: &Session, position: &mut Position) -> Result<(), RoundError> {
        let t0 = Moment::now();
        let number = self.rounds.begin();
        // Sent together; PostgreSQL answers in this order, and each statement sees what the one before saw.
        let (facts, changes, members) = tokio::try_join!(
            session.facts(),
            session.changes_since(position.applied_rev),
            session.members()
        )?;
        position.primary.must_be_the_one_that_answered(&facts)?;
        if facts.rev < position.applied_rev {
            return Err(RoundError::StartOver("PostgreSQL has forgotten changes"));
        }
        self.metrics.heard_of(facts.rev);
        self.apply_from(session, changes, position).await?;
        if position.applied_rev < facts.rev {
            return Err(RoundError::StartOver("changes that this node has not seen were trimmed"));
        }
        self.time.learn(facts.database_time, t0);
        self.rounds.complete(number);
        self.members.observe(&members, Moment::now());
        acknowledge(session, position).await?;
        // Unlike an acknowledgement it must outlive this PostgreSQL: also on the standby that takes over, others
        // must know that this node is there to be waited for.
        if !session.beat(position.node_id, t0).await? {
            return Err(RoundError::StartOver("other nodes have stopped waiting for this one"));
        }
        self.lease.extend_to(t0 + self.timing.lease);
        self.proved_at.send_replace(t0);
        self.metrics.round_done(RoundKind::Lease);
        self.sweep(session, position.node_id, &members).await?;
        position.primary.vouch(session, &facts, self.longest_wait()).await
    }

    /// A round that reads changes and acknowledges those that end keys: for revokes, and for keys that this node does not
    /// know yet. Proves nothing, so it does not extend the lease.
    pub(super) async fn quick_round(
        &self,
        session: &Session,
        position: &mut Position,
    ) -> Result<(), RoundError> {
        let number = self.rounds.begin();
        let changes = session.changes_since(position.applied_rev).await?;
        let ends_keys = self.apply_from(session, changes, position).await?;
        self.rounds.complete(number);
        self.metrics.round_done(RoundKind::Quick);
        // Nobody waits until a new key is known everywhere: that is acknowledged with the next beat.
        if ends_keys {
            acknowledge(session, position).await?;
        }
        Ok(())
    }

    /// Applies what was read and whatever follows it. True if any of it ends a key.
    async fn apply_from(
        &self,
        session: &Session,
        mut rows: Vec<Row>,
        position: &mut Position,
    ) -> Result<bool, RoundError> {
        let mut ends_keys = false;
        loop {
            for row in &rows {
                self.recognition.look_at(row)?;
            }
            let changes: Vec<Change> = rows.iter().map(Change::try_from).collect::<Result<_, _>>()?;
            self.apply(&changes, position)?;
            ends_keys |= changes.iter().any(|change| change.key.end != End::Open);
            if rows.len() < CHANGES_AT_ONCE {
                return Ok(ends_keys);
            }
            rows = session.changes_since(position.applied_rev).await?;
        }
    }

    /// Applies changes, which must go on from where this node was without a gap.
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

    /// Deletes the rows of nodes that have died, so that no revoke waits for them again.
    async fn sweep(&self, session: &Session, own: Uuid, members: &[Member]) -> Result<(), RoundError> {
        for member in members.iter().filter(|member| member.node_id != own) {
            if self.members.is_dead(member, Moment::now())
                && session.delete_node(member.node_id, Some(member.beat)).await?
            {
                tracing::warn!(node_id = %member.node_id, "swept a node that has shown no sign of life");
            }
        }
        Ok(())
    }
}

/// Tells the others how far this node is, if they do not know yet.
async fn acknowledge(session: &Session, position: &mut Position) -> Result<(), RoundError> {
    if position.applied_rev > position.acknowledged_rev {
        session.acknowledge(position.node_id, position.applied_rev).await?;
        position.acknowledged_rev = position.applied_rev;
    }
    Ok(())
}

/// What a round learns besides the changes.
pub(super) struct Facts {
    pub(super) rev: i64,
    pub(super) database_time: OffsetDateTime,
    /// The server that answers.
    pub(super) identity: String,
    /// The server that some node has followed for long enough.
    pub(super) recorded_identity: String,
}

/// A key's state after a change.
pub(super) struct Change {
    rev: i64,
    digest: KeyDigest,
    key: IndexedKey,
}

impl TryFrom<Row> for Facts {
    type Error = tokio_postgres::Error;

    fn try_from(row: Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Self {
            rev: row.try_get("rev")?,
            database_time: row.try_get("database_time")?,
            identity: row.try_get("identity")?,
            recorded_identity: row.try_get("recorded_identity")?,
        })
    }
}

impl TryFrom<&Row> for Change {
    type Error = RoundError;

    fn try_from(row: &Row) -> Result<Self, RoundError> {
        let (digest, mut key) = parse_key(row)?;
        // Said by PostgreSQL, so that no clock has to agree: its own may have been moved since the last round.
        if row.try_get("ends_at_once")? {
            key.end = End::OVER;
        }
        Ok(Self { rev: row.try_get("rev")?, digest, key })
    }
}

/// A key's columns, as changes and the first load have them.
pub(super) fn parse_key(row: &Row) -> Result<(KeyDigest, IndexedKey), RoundError> {
    let digest: &[u8] = row.try_get("digest")?;
    let bytes = digest.try_into().map_err(|_| RoundError::Corrupt("a key's digest is not 32 bytes"))?;
    let key = IndexedKey {
        key_id: KeyId::from_uuid(row.try_get("id")?),
        workspace_id: WorkspaceId::from_uuid(row.try_get("workspace_id")?),
        end: End::of(row.try_get("revoked_at")?),
    };
    Ok((KeyDigest::from_bytes(bytes), key))
}
