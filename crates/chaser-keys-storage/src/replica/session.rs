//! The feed's own connection: what it may say to PostgreSQL, and what PostgreSQL tells unasked.

use std::sync::Arc;
use std::time::Duration;

use futures_util::{StreamExt, stream};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_postgres::{AsyncMessage, Client, Connection, Row, SimpleQueryMessage, Statement};
use uuid::Uuid;

use super::boot_clock::Moment;
use super::membership::Member;
use super::round::Facts;
use super::{Replica, Timing};
use crate::StorageError;
use crate::database::connect::{CONFIRMED_IS_KEPT, NOT_COMPILED, RawConnection, connect_raw};
use crate::database::url::DatabaseUrl;

/// What operators see in `pg_stat_activity`.
const NAME: &str = "chaser-keys feed";
/// Changes of keys, told by the trigger on `api_keys`.
const KEY_CHANGED: &str = "chaser_key_changed";
/// Acknowledgements, told by nodes.
const NODE_APPLIED: &str = "chaser_node_applied";

const FACTS: &str = "
    select rev, clock_timestamp() as database_time, primary_identity() as identity,
           primary_identity as recorded_identity
    from coherence_revision";
/// What [`changes_since`](Session::changes_since) tells at most; `CHANGES` has it, too.
pub(super) const CHANGES_AT_ONCE: usize = 1_000;
/// Each change's key is read by itself, which the inner limit makes sure of. As a plain join it would be left to what
/// PostgreSQL guesses, and while it has no statistics, because the tables are new or grow fast, it takes the changes for a
/// third of them all: it would read both tables whole, with parallel workers, for each round of each node.
const CHANGES: &str = "
    select c.rev, c.ends_at_once, k.id, k.workspace_id, k.digest, k.revoked_at, k.pepper_id, p.fingerprint
    from key_changes c cross join lateral (select * from api_keys where id = c.key_id limit 1) k
    join peppers p on p.id = k.pepper_id
    where c.rev > $1 order by c.rev limit 1000";
const MEMBERS: &str = "select node_id, applied_rev, beat, lease_ms from nodes";
const ACKNOWLEDGE: &str = "
    with told as (update nodes set applied_rev = $2 where node_id = $1)
    select pg_notify($3, $1::uuid || ' ' || $2::bigint)";

/// A connection that listens, with its statements prepared.
pub(super) struct Session {
    pub(super) client: Client,
    facts: Statement,
    changes: Statement,
    members: Statement,
    acknowledge: Statement,
    /// How long PostgreSQL is set to wait before it confirms; at least until the commit is on disk.
    confirmation: String,
}

impl Session {
    /// Connects and listens. `statement` bounds every answer: a round that takes longer proves nothing anyway.
    pub(super) async fn open(
        url: &DatabaseUrl,
        statement: Duration,
        replica: &Arc<Replica>,
    ) -> Result<Self, StorageError> {
        let opened = connect_raw(url, statement).await;
        let opened = opened.map_err(|error| StorageError::Unavailable(error.to_string()))?;
        let client = match opened {
            RawConnection::Plain(client, connection) => drive(client, connection, replica),
            RawConnection::Tls(client, connection) => drive(client, connection, replica),
        };
        let refused = |error: tokio_postgres::Error| StorageError::Unavailable(error.to_string());
        let milliseconds = statement.as_millis();
        let settings = format!(
            "set application_name = '{NAME}'; set statement_timeout = {milliseconds}; {NOT_COMPILED}; {CONFIRMED_IS_KEPT}; listen {KEY_CHANGED}; listen {NODE_APPLIED}"
        );
        client.batch_execute(&settings).await.map_err(refused)?;
        let confirmation = client.query_one("select current_setting('synchronous_commit')", &[]).await;
        let confirmation = confirmation.and_then(|row| row.try_get(0)).map_err(refused)?;
        // Acknowledgements do not wait for the disk: one that a crash of PostgreSQL forgets is given again.
        client.batch_execute("set synchronous_commit = off").await.map_err(refused)?;
        Ok(Self {
            facts: client.prepare(FACTS).await.map_err(refused)?,
            changes: client.prepare(CHANGES).await.map_err(refused)?,
            members: client.prepare(MEMBERS).await.map_err(refused)?,
            acknowledge: client.prepare(ACKNOWLEDGE).await.map_err(refused)?,
            confirmation,
            client,
        })
    }

    pub(super) async fn facts(&self) -> Result<Facts, tokio_postgres::Error> {
        self.client.query_one(&self.facts, &[]).await?.try_into()
    }

    /// The next changes, up to [`CHANGES_AT_ONCE`]: a node that was away for long reads on in small steps, none of which
    /// takes so long that what it read is lost.
    pub(super) async fn changes_since(&self, rev: i64) -> Result<Vec<Row>, tokio_postgres::Error> {
        self.client.query(&self.changes, &[&rev]).await
    }

    pub(super) async fn members(&self) -> Result<Vec<Member>, tokio_postgres::Error> {
        let rows = self.client.query(&self.members, &[]).await?;
        rows.iter().map(parse_member).collect()
    }

    /// Says that a node has applied everything up to a revision, and wakes the revokes that wait for it.
    pub(super) async fn acknowledge(&self, node: Uuid, rev: i64) -> Result<(), tokio_postgres::Error> {
        self.client.execute(&self.acknowledge, &[&node, &rev, &NODE_APPLIED]).await?;
        Ok(())
    }

    /// Moves a node's beat, durably. No beat is ever given twice, because time does not stand still; so one that
    /// was seen again means that the node did nothing. False if the row is gone.
    pub(super) async fn beat(&self, node: Uuid, beat: Moment) -> Result<bool, tokio_postgres::Error> {
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
        let statement = "delete from nodes where node_id = $1 and ($2::bigint is null or beat = $2)";
        Ok(self.client.execute(statement, &[&node, &beat]).await? == 1)
    }

    /// Registers a node durably, before it serves for the first time.
    pub(super) async fn register(
        &self,
        node: Uuid,
        rev: i64,
        lease: Duration,
    ) -> Result<(), tokio_postgres::Error> {
        let (beat, lease) = (Moment::now().to_beat(), lease.as_millis());
        self.durably(&format!(
            "insert into nodes (node_id, applied_rev, beat, lease_ms, registered_at)
             values ('{node}', {rev}, {beat}, {lease}, clock_timestamp())"
        ))
        .await?;
        Ok(())
    }

    /// Notes that a PostgreSQL has been followed for long enough; not if another one answers by now.
    pub(super) async fn record_primary(&self, identity: &str) -> Result<(), tokio_postgres::Error> {
        let statement = "update coherence_revision set primary_identity = $1 where primary_identity() = $1";
        self.client.execute(statement, &[&identity]).await?;
        Ok(())
    }
}

fn parse_member(row: &Row) -> Result<Member, tokio_postgres::Error> {
    Ok(Member {
        node_id: row.try_get("node_id")?,
        applied_rev: row.try_get("applied_rev")?,
        beat: row.try_get("beat")?,
        wait: Timing::of_milliseconds(row.try_get("lease_ms")?).wait,
    })
}

/// Drives the connection to its end, and passes on what it tells.
fn drive<S, T>(client: Client, mut connection: Box<Connection<S, T>>, replica: &Arc<Replica>) -> Client
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    T: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let replica = Arc::clone(replica);
    tokio::spawn(async move {
        let mut messages = stream::poll_fn(move |context| connection.poll_message(context));
        // An error is the connection's end; the statements that were under way report it.
        while let Some(Ok(message)) = messages.next().await {
            if let AsyncMessage::Notification(told) = message {
                replica.hear(told.channel(), told.payload());
            }
        }
    });
    client
}

impl Replica {
    /// Only hints: the timer finds everything out, too.
    fn hear(&self, channel: &str, payload: &str) {
        match channel {
            KEY_CHANGED => self.hint.notify_one(),
            NODE_APPLIED => {
                let parsed = payload
                    .split_once(' ')
                    .and_then(|(node, rev)| Some((Uuid::try_parse(node).ok()?, rev.parse().ok()?)));
                if let Some((node, rev)) = parsed {
                    self.metrics.heard_of(rev);
                    self.members.acknowledge(node, rev);
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio_postgres::NoTls;

    use super::*;
    use crate::testing::migrated_database;

    /// Many keys that came at once, of which PostgreSQL has made no statistics. (The test's server makes none by itself.)
    const BURST: &str = "
        insert into workspaces (id, name, created_at) values ('00000000-0000-4000-8000-000000000001', 'Acme', now());
        insert into peppers (id, fingerprint, first_seen_at) values ('p1', decode(repeat('00', 32), 'hex'), now());
        set session_replication_role = replica;
        insert into api_keys (id, workspace_id, name, mode, prefix, pepper_id, digest, created_at)
        select gen_random_uuid(), '00000000-0000-4000-8000-000000000001', 'burst', 'live', 'cha_live_burstbu', 'p1',
               sha256(uuid_send(gen_random_uuid())), clock_timestamp()
        from generate_series(1, 50000);
        insert into key_changes (rev, key_id, ends_key, changed_at)
        select row_number() over (), id, false, created_at from api_keys";

    #[tokio::test]
    async fn the_last_changes_are_read_by_index_however_little_postgresql_knows() {
        let database = migrated_database().await;
        let (client, connection) = tokio_postgres::connect(database.url(), NoTls).await.unwrap();
        tokio::spawn(connection);
        client.batch_execute(BURST).await.unwrap();
        let plan = async |statement: &str, planned: &str| {
            let prepare = format!("set plan_cache_mode = {planned}; prepare changes(bigint) as {statement}");
            client.batch_execute(&prepare).await.unwrap();
            let lines = client.query("explain execute changes(49990)", &[]).await.unwrap();
            client.batch_execute("deallocate changes").await.unwrap();
            lines.iter().map(|line| line.get::<_, String>(0)).collect::<Vec<_>>().join("\n")
        };
        let (after, of_a_key) = ("Index Cond: (rev > ", "Index Cond: (id = c.key_id)");
        for planned in ["force_generic_plan", "force_custom_plan"] {
            let plan_of_ours = plan(CHANGES, planned).await;
            assert!(plan_of_ours.contains(after) && plan_of_ours.contains(of_a_key), "{plan_of_ours}");

            let joined = CHANGES.replace("limit 1) k", ") k").replace("limit 1000", "");
            let plan_joined = plan(&joined, planned).await;
            assert!(!plan_joined.contains(of_a_key), "nothing to prevent: {plan_joined}");
        }
    }
}
