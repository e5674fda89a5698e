//! The settings of a store.

use std::time::Duration;

use chaser_keys_node::{NodeOptions, timing};

use crate::session_lifetimes::SessionLifetimes;

/// How the store uses the database. The defaults suit a server in the same network as its database.
#[derive(Clone, Debug)]
pub struct StoreOptions {
    /// The most connections of the pools, without those of the node; 16 by default, at least 2. A quarter of them is
    /// reserved for revoking keys and for finding sessions, so that slow queries do not delay those.
    pub pool_size: usize,
    /// The longest wait for PostgreSQL to accept a connection; 2 seconds by default.
    pub connect_timeout: Duration,
    /// The longest wait for a free connection of the pool; 2 seconds by default.
    pub acquire_timeout: Duration,
    /// The longest that one statement may run; 5 seconds by default.
    pub statement_timeout: Duration,
    /// When a dashboard session ends by itself.
    pub session_lifetimes: SessionLifetimes,
    /// How often counted requests are written; every second by default.
    pub usage_flush_interval: Duration,
    /// How long this node may answer from memory after it last proved that it knows every revoke. A revoke may wait
    /// 1.5 times as long for a node that does not answer. 3 seconds by default.
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
    /// The options of the node in the server.
    pub(crate) fn node_options(&self) -> NodeOptions {
        let mut options = NodeOptions::default();
        options.connect_timeout = self.connect_timeout;
        options.statement_timeout = self.statement_timeout;
        options.lease = self.lease;
        options.usage_flush_interval = self.usage_flush_interval;
        options
    }
}
