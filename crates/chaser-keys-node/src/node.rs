//! A node: it keeps a live copy of the keys, verifies from it, and counts.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use chaser_keys::Peppers;
use futures_util::FutureExt;
use prometheus_client::registry::Registry;
use time::OffsetDateTime;

use crate::postgres::{
    ConnectionTimeouts, DatabaseClock, DatabaseUrl, SharedConnection, refuse_transaction_pooler,
};
use crate::replica::boot_instant::BootInstant;
use crate::replica::pepper_coverage::check_peppers;
use crate::replica::{Replica, barrier, feed, metrics};
use crate::schema_check::check_schema;
use crate::timing::{self, Timing};
use crate::usage::UsageRecorder;
use crate::{NodeError, NodeStatus, NotReady, TrafficMeter, VerifiedKey, Verifier};

/// How a node uses the database. The defaults suit a node in the same network.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct NodeOptions {
    /// The longest wait for PostgreSQL to accept a connection. 2 seconds by default.
    pub connect_timeout: Duration,
    /// The longest that one statement may run. 5 seconds by default.
    pub statement_timeout: Duration,
    /// How long this node may answer from memory after it last proved that it knows everything; a revoke
    /// may wait half as long again for a node that does not answer. 3 seconds by default.
    pub lease: Duration,
    /// How often counted requests and traffic are written. 1 second by default.
    pub usage_flush_interval: Duration,
}

impl Default for NodeOptions {
    fn default() -> Self {
        Self {
            connect_timeout: timing::DEFAULT_CONNECT_TIMEOUT,
            statement_timeout: timing::DEFAULT_STATEMENT_TIMEOUT,
            lease: timing::DEFAULT_LEASE,
            usage_flush_interval: timing::DEFAULT_FLUSH_INTERVAL,
        }
    }
}

impl NodeOptions {
    /// How long this node's connections wait for PostgreSQL.
    #[must_use]
    pub fn connection_timeouts(&self) -> ConnectionTimeouts {
        ConnectionTimeouts {
            connect: self.connect_timeout,
            statement: self.statement_timeout,
            // A node that stops in the middle of a revoke holds the key's row. That must be over by the time its
            // leases are, or another node's revoke of the same key would take longer than W.
            idle_in_transaction: self.statement_timeout.min(self.lease),
        }
    }
}

/// A handle on a verifying node; cheap to clone. It can create, change and revoke nothing.
#[derive(Clone)]
pub struct Node {
    shared: Arc<Shared>,
}

struct Shared {
    url: DatabaseUrl,
    options: NodeOptions,
    clock: DatabaseClock,
    peppers: Arc<Peppers>,
    replica: Arc<Replica>,
    usage: UsageRecorder,
    /// For the barrier and for checks at the start: not that of the usage, whose statements take longer.
    connection: SharedConnection,
}

impl Node {
    /// Connects, and checks that the schema is recent enough and that the peppers fit what is stored. The node verifies
    /// once [`run`](Self::run) has loaded the keys.
    ///
    /// Call it on the runtime that lives as long as the process: that one drives the connections.
    ///
    /// # Errors
    /// [`NodeError`] names what stands in the way: a database that does not answer, a missing grant, a pooler in
    /// transaction mode, an older schema, a pepper that does not fit.
    pub async fn join(
        url: &DatabaseUrl,
        peppers: impl Into<Arc<Peppers>>,
        options: NodeOptions,
    ) -> Result<Self, NodeError> {
        let (clock, peppers) = (DatabaseClock::default(), peppers.into());
        let replica =
            Arc::new(Replica::new(Timing::of_lease(options.lease), clock.clone(), peppers.as_ref()));
        let timeouts = options.connection_timeouts();
        let node = Self {
            shared: Arc::new(Shared {
                url: url.clone(),
                options,
                clock,
                peppers,
                usage: UsageRecorder::new(Arc::clone(&replica), SharedConnection::new(url, timeouts)),
                replica,
                connection: SharedConnection::new(url, timeouts),
            }),
        };
        refuse_transaction_pooler(url, options.connect_timeout).await?;
        check_schema(&node.shared.connection).await?;
        node.check_peppers().await?;
        Ok(node)
    }

    /// Keeps the copy of the keys current and writes usage until `shutdown` completes; then writes the last counts and
    /// leaves the cluster. Complete `shutdown` when the last request has been answered, and wait until this returns.
    pub async fn run(&self, shutdown: impl Future<Output = ()> + Send) {
        let shutdown = shutdown.shared();
        let shared = &self.shared;
        // Boxed: it is large, and runs once for the life of the node.
        let feed = Box::pin(feed::run(Arc::clone(&shared.replica), shared.url.clone(), shutdown.clone()));
        tokio::join!(feed, shared.usage.run(shared.options.usage_flush_interval, shutdown));
    }

    /// What verifies presented keys.
    #[must_use]
    pub fn verifier(&self) -> Verifier {
        Verifier::new(Arc::clone(&self.shared.replica), Arc::clone(&self.shared.peppers))
    }

    /// Counts sessions and bytes of a verified key; they are written with its requests.
    #[must_use]
    pub fn meter(&self, key: &VerifiedKey) -> Arc<TrafficMeter> {
        self.shared.usage.meter(key)
    }

    /// Writes what was counted until now. [`run`](Self::run) does so by itself.
    ///
    /// # Errors
    /// What could not be confirmed is kept and written with the next flush, once.
    pub async fn flush_usage(&self) -> Result<(), NodeError> {
        Ok(self.shared.usage.flush().await?)
    }

    /// Whether this node may answer: its keys are loaded and its lease holds.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.shared.replica.is_serving()
    }

    /// Waits until [`is_ready`](Self::is_ready), while [`run`](Self::run) runs in another task. Has no timeout: use
    /// [`ready_within`](Self::ready_within) for one. The log says what it waits for.
    pub async fn until_ready(&self) {
        self.shared.replica.until_serving().await;
    }

    /// Waits until [`is_ready`](Self::is_ready), while [`run`](Self::run) runs in another task, for at most
    /// `limit`.
    ///
    /// # Errors
    /// [`NotReady`] names the last failure, such as a missing grant.
    pub async fn ready_within(&self, limit: Duration) -> Result<(), NotReady> {
        tokio::time::timeout(limit, self.until_ready())
            .await
            .map_err(|_| NotReady::because(self.shared.replica.last_failure()))
    }

    /// How this node's copy of the keys is doing.
    #[must_use]
    pub fn status(&self) -> NodeStatus {
        self.shared.replica.status()
    }

    /// Adds the node's metrics to those of the process, below the prefix `chaser_replica`.
    pub fn register_metrics(&self, registry: &mut Registry) {
        metrics::register(&self.shared.replica, registry);
    }

    /// The peppers that this node verifies with.
    #[must_use]
    pub fn peppers(&self) -> &Peppers {
        &self.shared.peppers
    }

    /// The clock that decides when keys end.
    #[must_use]
    pub fn clock(&self) -> &DatabaseClock {
        &self.shared.clock
    }

    /// PostgreSQL's time without asking for it: what it was in the last round, plus what has passed since. At most a round
    /// trip ahead, never behind. None while this node is not ready.
    #[must_use]
    pub fn database_time(&self) -> Option<OffsetDateTime> {
        self.is_ready().then(|| self.shared.replica.database_time())
    }

    /// Compares the peppers with those that the stored keys were made with.
    ///
    /// # Errors
    /// [`NodeError::Peppers`] names the pepper that is missing or different.
    pub async fn check_peppers(&self) -> Result<(), NodeError> {
        let connection = &self.shared.connection;
        let now = self.shared.clock.adjust(connection.time().await?);
        Ok(check_peppers(connection, &self.shared.peppers, now).await??)
    }

    /// Waits until no node can accept a key that a committed change has ended: every member has applied the change, or
    /// every lease from before it has run out. `committed` is read from the clock after the commit was acknowledged.
    pub async fn wait_until_known_everywhere(&self, committed: BootInstant) {
        barrier::wait_until_known_everywhere(&self.shared.replica, &self.shared.connection, committed).await;
    }
}

impl fmt::Debug for Node {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Node").field("status", &self.status()).finish_non_exhaustive()
    }
}
