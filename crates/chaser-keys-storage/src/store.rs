//! The store: everything a server does with keys, accounts and usage goes through it.

use std::sync::Arc;
use std::time::Duration;

use chaser_keys::Peppers;
use chaser_keys_node::{DatabaseClock, DatabaseUrl, Node, NodeOptions, timing};
use diesel_async::AsyncPgConnection;
use prometheus_client::registry::Registry;
use time::OffsetDateTime;
use tokio::sync::OnceCell;

use crate::database::clock;
use crate::database::pool::{Connection, Database};
use crate::keys::key_name::KeyNames;
use crate::usage::metrics::UsageMetrics;
use crate::{MigrationError, SessionLifetimes, StorageError, pending_migrations};

/// How the store uses the database. The defaults suit a server with one node in the same network.
#[derive(Clone, Debug)]
pub struct StoreOptions {
    /// Connections at most, for everything but migrations and the feed; at least two. A quarter of them is kept for
    /// revokes and for finding out who is signed in, so that slow queries do not hold those up.
    pub pool_size: usize,
    /// The longest wait for PostgreSQL to accept a connection.
    pub connect_timeout: Duration,
    /// The longest wait for a free connection of the pool.
    pub acquire_timeout: Duration,
    /// The longest that one statement may run.
    pub statement_timeout: Duration,
    /// How long a dashboard session lasts.
    pub session_lifetimes: SessionLifetimes,
    /// How often counted requests are written.
    pub usage_flush_interval: Duration,
    /// How long this node may answer from memory after it last proved that it knows everything; a revoke
    /// may wait half as long again for a node that does not answer. 3 seconds by default.
    pub lease: Duration,
}

impl Default for StoreOptions {
    fn default() -> Self {
        Self {
            pool_size: 16,
            connect_timeout: timing::DEFAULT_CONNECT_TIMEOUT,
            acquire_timeout: Duration::from_secs(2),
            statement_timeout: timing::DEFAULT_STATEMENT_TIMEOUT,
            session_lifetimes: SessionLifetimes::default(),
            usage_flush_interval: timing::DEFAULT_FLUSH_INTERVAL,
            lease: timing::DEFAULT_LEASE,
        }
    }
}

impl StoreOptions {
    /// What the node within the server goes by.
    pub(crate) fn node_options(&self) -> NodeOptions {
        let mut options = NodeOptions::default();
        options.connect_timeout = self.connect_timeout;
        options.statement_timeout = self.statement_timeout;
        options.lease = self.lease;
        options.usage_flush_interval = self.usage_flush_interval;
        options
    }
}

/// A handle on the database and on the server's own node; cheap to clone.
///
/// Its operations are one file each: `keys/create_key.rs`, `accounts/sessions.rs` and so on.
#[derive(Clone)]
pub struct Store {
    pub(crate) node: Node,
    pub(crate) database: Database,
    pub(crate) pepper_is_registered: Arc<OnceCell<()>>,
    pub(crate) usage_metrics: UsageMetrics,
    pub(crate) names: KeyNames,
    pub(crate) options: StoreOptions,
}

impl Store {
    /// Connects, and checks that the schema is current and that the peppers fit what is stored.
    ///
    /// Call it on the runtime that lives as long as the process: that one drives the connections.
    pub async fn connect(
        url: &DatabaseUrl,
        peppers: Peppers,
        options: StoreOptions,
    ) -> Result<Self, StorageError> {
        check_schema(url).await?;
        Ok(Self {
            node: Node::join(url, peppers, options.node_options()).await?,
            database: Database::new(url, &options)?,
            pepper_is_registered: Arc::default(),
            usage_metrics: UsageMetrics::default(),
            names: KeyNames::default(),
            options,
        })
    }

    /// The node that verifies in this process.
    #[must_use]
    pub const fn node(&self) -> &Node {
        &self.node
    }

    /// The clock that decides when keys and sessions end.
    #[must_use]
    pub fn clock(&self) -> &DatabaseClock {
        self.node.clock()
    }

    /// Adds the metrics of the node and of reported usage to those of the process.
    pub fn register_metrics(&self, registry: &mut Registry) {
        self.node.register_metrics(registry);
        self.usage_metrics.register(registry);
    }

    pub(crate) async fn connection(&self) -> Result<Connection, StorageError> {
        self.database.connection().await
    }

    /// For revokes and what comes before them.
    pub(crate) async fn urgent_connection(&self) -> Result<Connection, StorageError> {
        self.database.urgent_connection().await
    }

    /// The time now, asked of PostgreSQL: for every decision.
    pub(crate) async fn now(
        &self,
        connection: &mut AsyncPgConnection,
    ) -> diesel::QueryResult<OffsetDateTime> {
        clock::now(self.node.clock(), connection).await
    }

    /// The same within a round trip, and without one while the node is ready: for what is only written down.
    pub(crate) async fn recent_time(
        &self,
        connection: &mut AsyncPgConnection,
    ) -> diesel::QueryResult<OffsetDateTime> {
        match self.node.database_time() {
            Some(time) => Ok(time),
            None => self.now(connection).await,
        }
    }
}

async fn check_schema(url: &DatabaseUrl) -> Result<(), StorageError> {
    let pending = pending_migrations(url).await?;
    if pending.is_empty() { Ok(()) } else { Err(MigrationError::Pending(pending).into()) }
}
