//! All settings of the running server.

use chaser_keys_http::HttpOptions;
use chaser_keys_storage::{SessionLifetimes, StoreOptions};

use super::{
    HttpConfig, LeaseConfig, ListenConfig, MigrateAtStart, Mistakes, PoolConfig, Row, StoreConfig,
    StoreSettings, UpstreamConfig, UsageConfig,
    http::HttpSettings,
    lease::LeaseSettings,
    listen::ListenSettings,
    pool::PoolSettings,
    schema::SchemaSettings,
    sessions::{self, SessionSettings},
    upstream::UpstreamSettings,
    usage::UsageSettings,
};

/// The settings of `serve` and `check-config`.
#[derive(clap::Args)]
pub(crate) struct ServeSettings {
    #[command(flatten)]
    store: StoreSettings,
    #[command(flatten)]
    pool: PoolSettings,
    #[command(flatten)]
    schema: SchemaSettings,
    #[command(flatten)]
    listen: ListenSettings,
    #[command(flatten)]
    http: HttpSettings,
    #[command(flatten)]
    upstream: UpstreamSettings,
    #[command(flatten)]
    sessions: SessionSettings,
    #[command(flatten)]
    lease: LeaseSettings,
    #[command(flatten)]
    usage: UsageSettings,
}

/// The server's configuration.
#[derive(Clone, Debug)]
pub struct ServeConfig {
    /// Database, peppers and log.
    pub store: StoreConfig,
    /// The database connections.
    pub pool: PoolConfig,
    /// Pending migrations.
    pub schema: MigrateAtStart,
    /// The addresses.
    pub listen: ListenConfig,
    /// The HTTP side.
    pub http: HttpConfig,
    /// The API behind the server.
    pub upstream: UpstreamConfig,
    /// The dashboard's sessions.
    pub sessions: SessionLifetimes,
    /// How long the node verifies without hearing from PostgreSQL.
    pub lease: LeaseConfig,
    /// The usage counts.
    pub usage: UsageConfig,
}

impl ServeSettings {
    pub(crate) fn read(self, mistakes: &mut Mistakes) -> Option<ServeConfig> {
        let store = self.store.read(mistakes);
        let pool = self.pool.read(mistakes);
        let schema = self.schema.read(mistakes);
        let listen = self.listen.read(mistakes);
        let http = self.http.read(mistakes);
        http.must_fit(&listen, mistakes);
        let upstream = self.upstream.read(mistakes);
        let sessions = self.sessions.read(mistakes);
        let lease = self.lease.read(mistakes);
        let usage = self.usage.read(mistakes);
        Some(ServeConfig { store: store?, pool, schema, listen, http, upstream, sessions, lease, usage })
    }
}

impl ServeConfig {
    /// Every other setting at its default.
    #[must_use]
    pub fn new(store: StoreConfig) -> Self {
        Self {
            store,
            pool: PoolConfig::default(),
            schema: MigrateAtStart::default(),
            listen: ListenConfig::default(),
            http: HttpConfig::default(),
            upstream: UpstreamConfig::default(),
            sessions: StoreOptions::default().session_lifetimes,
            lease: LeaseConfig::default(),
            usage: UsageConfig::default(),
        }
    }

    pub(crate) fn store_options(&self) -> StoreOptions {
        StoreOptions {
            pool_size: self.pool.size,
            session_lifetimes: self.sessions,
            lease: self.lease.lease,
            usage_flush_interval: self.usage.flush_interval,
            ..StoreOptions::default()
        }
    }

    pub(crate) fn http_options(&self) -> HttpOptions {
        HttpOptions {
            public_url: self.http.public_url.clone(),
            trusted_proxies: self.http.trusted_proxies.clone(),
            workers: self.http.workers,
            upstream: self.upstream.options(),
        }
    }

    pub(crate) fn rows(&self) -> Vec<Row> {
        [
            self.store.rows(),
            self.pool.rows(),
            self.schema.rows(),
            self.listen.rows(),
            self.http.rows(),
            self.upstream.rows(),
            sessions::rows(&self.sessions),
            self.lease.rows(),
            self.usage.rows(),
        ]
        .concat()
    }
}
