//! The store: the handle through which a server reads and changes keys, accounts and usage.

use std::sync::Arc;

use chaser_keys::Peppers;
use chaser_keys_node::{DatabaseClock, DatabaseUrl, Node};
use diesel_async::AsyncPgConnection;
use prometheus_client::registry::Registry;
use time::OffsetDateTime;
use tokio::sync::OnceCell;

use crate::database::clock;
use crate::database::migrations::pending_migrations;
use crate::database::pool::{Connection, Database};
use crate::error::{MigrationError, StorageError};
use crate::key_name_cache::KeyNameCache;
use crate::store_options::StoreOptions;
use crate::usage_metrics::UsageMetrics;

/// A handle on the database and on the server's own node. Cheap to clone.
///
/// Each operation has a file of its own: `keys/create_key.rs`, `accounts/change_password.rs` and so on.
#[derive(Clone)]
pub struct Store {
    pub(crate) node: Node,
    pub(crate) database: Database,
    pub(crate) pepper_is_registered: Arc<OnceCell<()>>,
    pub(crate) usage_metrics: UsageMetrics,
    pub(crate) key_names: KeyNameCache,
    pub(crate) options: StoreOptions,
}

impl Store {
    /// Connects, and checks that the schema is current and that the peppers fit what is stored.
    ///
    /// Call it on the runtime that lives as long as the process, because that runtime drives the connections.
    ///
    /// # Errors
    /// [`StorageError::Schema`] if migrations are pending or the database cannot be reached, [`StorageError::Peppers`]
    /// if keys are stored whose pepper is missing or different.
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
            key_names: KeyNameCache::default(),
            options,
        })
    }

    /// The node that verifies keys in this process.
    #[must_use]
    pub const fn node(&self) -> &Node {
        &self.node
    }

    /// The clock by which keys and sessions end: PostgreSQL's, which a test may advance.
    #[must_use]
    pub fn clock(&self) -> &DatabaseClock {
        self.node.clock()
    }

    /// Adds the metrics of the node and of submitted usage to a registry, for `/metrics`.
    pub fn register_metrics(&self, registry: &mut Registry) {
        self.node.register_metrics(registry);
        self.usage_metrics.register(registry);
    }

    pub(crate) async fn connection(&self) -> Result<Connection, StorageError> {
        self.database.connection().await
    }

    /// The time, read from PostgreSQL: for every decision. Read it after the lock is taken.
    pub(crate) async fn now(
        &self,
        connection: &mut AsyncPgConnection,
    ) -> diesel::QueryResult<OffsetDateTime> {
        clock::now(self.node.clock(), connection).await
    }

    /// The time for a column that decides nothing, such as `created_at`. It saves the round trip to PostgreSQL while the
    /// node is ready, and is then at most one round trip ahead.
    pub(crate) async fn time_to_record(
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
