//! All settings of the running server.

use chaser_keys_http::HttpOptions;
use chaser_keys_storage::StoreOptions;

use super::http::{self, HttpSettings};
use super::listen::ListenSettings;
use super::schema::SchemaSettings;
use super::store_options::{self, StoreOptionSettings};
use super::{ConfigErrors, ListenConfig, MigrateAtStart, Row, StoreConfig, StoreSettings};

/// The settings of `serve` and `check-config`.
#[derive(clap::Args)]
pub(crate) struct ServeSettings {
    #[command(flatten)]
    store: StoreSettings,
    #[command(flatten)]
    schema: SchemaSettings,
    #[command(flatten)]
    listen: ListenSettings,
    #[command(flatten)]
    http: HttpSettings,
    #[command(flatten)]
    store_options: StoreOptionSettings,
}

/// The server's configuration.
#[derive(Clone, Debug)]
pub struct ServeConfig {
    /// Database, peppers and log.
    pub store: StoreConfig,
    /// What to do with pending migrations.
    pub schema: MigrateAtStart,
    /// The addresses to listen on.
    pub listen: ListenConfig,
    /// Passed to [`chaser_keys_http::serve`].
    pub http_options: HttpOptions,
    /// Passed to [`chaser_keys_storage::Store::connect`].
    pub store_options: StoreOptions,
}

impl ServeSettings {
    pub(crate) fn read(self, errors: &mut ConfigErrors) -> Option<ServeConfig> {
        let store = self.store.read(errors);
        let schema = self.schema.read(errors);
        let listen = self.listen.read(errors);
        let http_options = self.http.read(errors);
        http::check_against(&http_options, &listen, errors);
        let store_options = self.store_options.read(errors);
        Some(ServeConfig { store: store?, schema, listen, http_options, store_options })
    }
}

impl ServeConfig {
    /// Every other setting at its default.
    #[must_use]
    pub fn new(store: StoreConfig) -> Self {
        Self {
            store,
            schema: MigrateAtStart::default(),
            listen: ListenConfig::default(),
            http_options: HttpOptions::default(),
            store_options: StoreOptions::default(),
        }
    }

    pub(crate) fn rows(&self) -> Vec<Row> {
        [
            self.store.rows(),
            self.schema.rows(),
            self.listen.rows(),
            http::rows(&self.http_options),
            store_options::rows(&self.store_options),
        ]
        .concat()
    }
}
