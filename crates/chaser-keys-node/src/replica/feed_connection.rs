//! The feed's own connection: its statements, and the notifications that arrive on it.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use chaser_keys::KeyDigest;
use time::OffsetDateTime;
use tokio_postgres::{Client, Row, SimpleQueryMessage, Statement};
use uuid::Uuid;

use super::boot_instant::BootInstant;
use super::changes::RoundHeader;
use super::membership::{MEMBERS, Member};
use super::shared::Replica;
use crate::postgres::{ConnectionTimeouts, DatabaseError, DatabaseUrl, connect};

/// What operators see in `pg_stat_activity`.
const NAME: &str = "chaser-keys feed";
/// The trigger on `api_keys` notifies here of changes that end keys.
const KEY_CHANGED: &str = "chaser_key_changed";
/// Nodes notify here after an acknowledgement.
const NODE_APPLIED: &str = "chaser_node_applied";

const HEADER: &str = "
    select rev, clock_timestamp() as database_time, primary_identity() as identity,
           primary_identity as recorded_identity
    from coherence_revision";
/// The limit is [`CHANGES_PER_READ`](crate::timing::CHANGES_PER_READ). Each change's key is read by itself, which the
/// inner limit enforces. As a plain join it would be left to what PostgreSQL estimates: without statistics, because the
/// tables are new or grow fast, it takes the changes for a third of them all and reads both tables whole, with parallel
/// workers, for each round of each node.
const CHANGES: &str = "
    select c.rev, c.ends_at_once, k.id, k.workspace_id, k.digest, k.revoked_at, k.pepper_id, p.fingerprint
    from key_changes c
    cross join lateral (
        select id, workspace_id, digest, revoked_at, pepper_id from api_keys where id = c.key_id limit 1) k
    join peppers p on p.id = k.pepper_id
    where c.rev > $1 order by c.rev limit 1000";
/// By the index on digests. Whether the key's last change ended it there and then is part of its state, as in a load.
const LOOK_UP: &str = "
    select id, workspace_id, digest, revoked_at, coalesce(
        (select ends_at_once from key_changes where key_id = api_keys.id order by rev desc limit 1),
        false) as ends_at_once
    from api_keys where digest = any($1)";
const FOREIGN_PEPPERS: &str = "select id from peppers where fingerprint <> all($1)";
const HAS_LIVE_KEYS: &str = "
    select exists (select from api_keys
                   where pepper_id = $1 and key_authenticates_at(revoked_at, $2))";
/// The payload is for nodes of the version before; this one reads the table when it is notified.
const ACKNOWLEDGE: &str = "
    with acknowledged as (update nodes set applied_rev = $2 where node_id = $1)
    select pg_notify($3, $1::uuid || ' ' || $2::bigint)";
const DELETE_NODE: &str = "delete from nodes where node_id = $1 and ($2::bigint is null or beat = $2)";
/// No revoke waits for a node that claims to have applied every change; a server sweeps its row.
const RETIRE_NODE: &str = "update nodes set applied_rev = 9223372036854775807 where node_id = $1";
const RECORD_PRIMARY: &str =
    "update coherence_revision set primary_identity = $1 where primary_identity() = $1";
const SETTINGS: &str = "
    select current_setting('synchronous_commit'),
           has_column_privilege('coherence_revision', 'primary_identity', 'update'),
           has_table_privilege('nodes', 'delete')";

/// A connection that listens, with its statements prepared.
pub(super) struct FeedConnection {
    pub(super) client: Client,
    header: Statement,
    changes: Statement,
    look_up: Statement,
    members: Statement,
    acknowledge: Statement,
    /// How long PostgreSQL is set to wait before it confirms; at least until the commit is on disk.
    confirmation: String,
    /// A server's role may; that of a service which only verifies may not.
    pub(super) may_record_primary: bool,
    /// A server's role may. That of a service may not: who may delete from a table may also lock all others out of it.
    pub(super) may_delete_nodes: bool,
}

impl FeedConnection {
    /// Connects and listens. `statement` bounds every answer: a round that takes longer proves nothing anyway.
    pub(super) async fn open(
        url: &DatabaseUrl,
        statement: Duration,
        replica: &Arc<Replica>,
    ) -> Result<Self, DatabaseError> {
        let listener = Arc::clone(replica);
        let opened = connect(url, statement).await?;
        let client = opened.spawn_listening(move |channel| listener.notified(channel));
        let timeouts = ConnectionTimeouts { connect: statement, statement, idle_in_transaction: statement };
        let settings = timeouts.session_settings();
        client
            .batch_execute(&format!(
                "{settings}; set application_name = '{NAME}'; listen {KEY_CHANGED}; listen {NODE_APPLIED}"
            ))
            .await?;
        let settings = client.query_one(SETTINGS, &[]).await?;
        // Acknowledgements do not wait for the disk: one that a crash of PostgreSQL forgets is given again.
        client.batch_execute("set synchronous_commit = off").await?;
        Ok(Self {
            header: client.prepare(HEADER).await?,
            changes: client.prepare(CHANGES).await?,
            look_up: client.prepare(LOOK_UP).await?,
            members: client.prepare(MEMBERS).await?,
            acknowledge: client.prepare(ACKNOWLEDGE).await?,
            confirmation: settings.try_get(0)?,
            may_record_primary: settings.try_get(1)?,
            may_delete_nodes: settings.try_get(2)?,
            client,
        })
    }

    pub(super) async fn header(&self) -> Result<RoundHeader, tokio_postgres::Error> {
        self.client.query_one(&self.header, &[]).await?.try_into()
    }

    /// The next changes, up to [`CHANGES_PER_READ`](crate::timing::CHANGES_PER_READ).
    pub(super) async fn changes_since(&self, rev: i64) -> Result<Vec<Row>, tokio_postgres::Error> {
        self.client.query(&self.changes, &[&rev]).await
    }

    /// The keys that have one of these digests. Without digests nothing is asked.
    pub(super) async fn look_up(&self, digests: &[KeyDigest]) -> Result<Vec<Row>, tokio_postgres::Error> {
        if digests.is_empty() {
            return Ok(Vec::new());
        }
        let digests: Vec<&[u8]> = digests.iter().map(|digest| digest.as_bytes().as_slice()).collect();
        self.client.query(&self.look_up, &[&digests]).await
    }

    /// The ids of the registered peppers that have none of these fingerprints.
    pub(super) async fn foreign_peppers(
        &self,
        fingerprints: &[Vec<u8>],
    ) -> Result<Vec<String>, tokio_postgres::Error> {
        let rows = self.client.query(FOREIGN_PEPPERS, &[&fingerprints]).await?;
        rows.iter().map(|row| row.try_get(0)).collect()
    }

    /// Whether a key that was made with this pepper still authenticates. Reads the table of keys.
    pub(super) async fn has_live_keys(
        &self,
        pepper: &str,
        now: OffsetDateTime,
    ) -> Result<bool, tokio_postgres::Error> {
        self.client.query_one(HAS_LIVE_KEYS, &[&pepper, &now]).await?.try_get(0)
    }

    pub(super) async fn members(&self) -> Result<Vec<Member>, tokio_postgres::Error> {
        let rows = self.client.query(&self.members, &[]).await?;
        rows.iter().map(Member::try_from).collect()
    }

    /// Publishes that a node has applied everything up to a revision, and wakes the revokes that wait for it.
    pub(super) async fn acknowledge(&self, node: Uuid, rev: i64) -> Result<(), tokio_postgres::Error> {
        self.client.execute(&self.acknowledge, &[&node, &rev, &NODE_APPLIED]).await?;
        Ok(())
    }

    /// Moves a node's beat, durably. No beat is ever given twice, because time does not stand still; so one that
    /// was seen again means that the node did nothing. False if the row is gone.
    pub(super) async fn beat(&self, node: Uuid, beat: BootInstant) -> Result<bool, tokio_postgres::Error> {
        let update = format!("update nodes set beat = {} where node_id = '{node}'", beat.to_beat());
        self.durably(&update).await
    }

    /// Runs one statement in a transaction that is confirmed like any other. True if it changed one row.
    async fn durably(&self, statement: &str) -> Result<bool, tokio_postgres::Error> {
        let confirmation = &self.confirmation;
        let transaction =
            format!("begin; set local synchronous_commit = {confirmation}; {statement}; commit");
        let answers = self.client.simple_query(&transaction).await?;
        let changed = answers.iter().filter_map(|answer| match answer {
            SimpleQueryMessage::CommandComplete(rows) => Some(*rows),
            _ => None,
        });
        // The other three commands change no rows.
        Ok(changed.sum::<u64>() == 1)
    }

    /// Deletes a node's row; with a beat, only if the node has not moved since.
    pub(super) async fn delete_node(
        &self,
        node: Uuid,
        beat: Option<i64>,
    ) -> Result<bool, tokio_postgres::Error> {
        Ok(self.client.execute(DELETE_NODE, &[&node, &beat]).await? == 1)
    }

    /// Ends a node's membership, once it has stopped serving.
    pub(super) async fn leave(&self, node: Uuid) -> Result<(), tokio_postgres::Error> {
        if self.may_delete_nodes {
            self.delete_node(node, None).await?;
        } else {
            self.client.execute(RETIRE_NODE, &[&node]).await?;
        }
        Ok(())
    }

    /// Registers a node durably, before it serves for the first time. From then on new keys that it cannot look up,
    /// because it lacks their pepper, are announced to it.
    pub(super) async fn register(
        &self,
        node: Uuid,
        rev: i64,
        lease: Duration,
        fingerprints: &[Vec<u8>],
    ) -> Result<(), tokio_postgres::Error> {
        let (beat, lease) = (BootInstant::now().to_beat(), lease.as_millis());
        let fingerprints = bytea_array(fingerprints);
        self.durably(&format!(
            "insert into nodes (node_id, applied_rev, beat, lease_ms, registered_at, pepper_fingerprints)
             values ('{node}', {rev}, {beat}, {lease}, clock_timestamp(), {fingerprints})"
        ))
        .await?;
        Ok(())
    }

    /// Records that a PostgreSQL has been followed for long enough; not if another one answers by now.
    pub(super) async fn record_primary(&self, identity: &str) -> Result<(), tokio_postgres::Error> {
        self.client.execute(RECORD_PRIMARY, &[&identity]).await?;
        Ok(())
    }
}

/// The SQL of an array, for statements that are sent as text.
fn bytea_array(elements: &[Vec<u8>]) -> String {
    let mut array = String::from("'{");
    for (number, element) in elements.iter().enumerate() {
        array.push_str(if number == 0 { r#""\\x"# } else { r#","\\x"# });
        for byte in element {
            let _ = write!(array, "{byte:02x}");
        }
        array.push('"');
    }
    array.push_str("}'");
    array
}

impl Replica {
    /// A notification is only a hint to read sooner what the timers would find out, too: any role can send one, so its
    /// payload proves nothing.
    fn notified(&self, channel: &str) {
        match channel {
            KEY_CHANGED => self.hint.notify_one(),
            NODE_APPLIED => self.members.notify(),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests;
