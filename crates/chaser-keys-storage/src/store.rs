//! The store: everything a server does with keys, accounts and usage goes through it.

use std::sync::Arc;
use std::time::Duration;

use chaser_keys::Peppers;
use prometheus_client::registry::Registry;
use tokio::sync::OnceCell;
use uuid::Uuid;

use crate::database::pool::{Connection, Database};
use crate::keys::key_name::KeyNames;
use crate::replica::{Replica, Timing, metrics};
use crate::usage::recorder::UsageRecorder;
use crate::{
    DatabaseClock, DatabaseUrl, MigrationError, ReplicaStatus, SessionLifetimes, StorageError, Verifier,
    pending_migrations, pepper_register,
};

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
            connect_timeout: Duration::from_secs(2),
            acquire_timeout: Duration::from_secs(2),
            statement_timeout: Duration::from_secs(5),
            session_lifetimes: SessionLifetimes::default(),
            usage_flush_interval: Duration::from_secs(1),
            lease: Duration::from_secs(3),
        }
    }
}

/// A handle on the database and on what this node keeps in memory; cheap to clone.
///
/// Its operations are one file each: `keys/create_key.rs`, `accounts/sessions.rs` and so on.
#[derive(Clone)]
pub struct Store {
    pub(crate) url: DatabaseUrl,
    pub(crate) database: Database,
    pub(crate) clock: DatabaseClock,
    pub(crate) peppers: Arc<Peppers>,
    pub(crate) pepper_is_registered: Arc<OnceCell<()>>,
    pub(crate) replica: Arc<Replica>,
    pub(crate) usage: Arc<UsageRecorder>,
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
        let clock = DatabaseClock::default();
        let store = Self {
            url: url.clone(),
            database: Database::new(url, &options)?,
            replica: Arc::new(Replica::new(Timing::of_lease(options.lease), clock.clone(), &peppers)),
            clock,
            peppers: Arc::new(peppers),
            pepper_is_registered: Arc::default(),
            usage: Arc::new(UsageRecorder::new(Uuid::new_v4())),
            names: KeyNames::default(),
            options,
        };
        store.check_schema().await?;
        store.database.within_deadline(pepper_register::check(&store)).await?;
        Ok(store)
    }

    /// What stands between a presented key and an answer.
    #[must_use]
    pub fn verifier(&self) -> Verifier {
        Verifier::new(self)
    }

    /// The clock that decides when keys and sessions end.
    #[must_use]
    pub const fn clock(&self) -> &DatabaseClock {
        &self.clock
    }

    /// Whether this node may answer: its keys are loaded and its lease holds.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.replica.is_serving()
    }

    /// Waits until [`Self::is_ready`], which takes [`Self::run_background`] beside it.
    pub async fn until_ready(&self) {
        self.replica.until_serving().await;
    }

    /// How the node's copy of the keys is doing.
    #[must_use]
    pub fn replica_status(&self) -> ReplicaStatus {
        self.replica.status()
    }

    /// Adds what operators want to see of the replica and of reported usage to what `/metrics` tells.
    pub fn register_metrics(&self, registry: &mut Registry) {
        metrics::register(&self.replica, registry);
        self.usage.metrics.register(registry);
    }

    async fn check_schema(&self) -> Result<(), StorageError> {
        let pending = match pending_migrations(&self.url).await {
            Ok(pending) => pending,
            Err(MigrationError::Unavailable(cause)) => return Err(StorageError::Unavailable(cause)),
            Err(other) => return Err(other.into()),
        };
        if pending.is_empty() { Ok(()) } else { Err(MigrationError::Pending(pending).into()) }
    }

    pub(crate) async fn connection(&self) -> Result<Connection, StorageError> {
        self.database.connection().await
    }

    /// For revokes and what comes before them.
    pub(crate) async fn urgent_connection(&self) -> Result<Connection, StorageError> {
        self.database.urgent_connection().await
    }
}
