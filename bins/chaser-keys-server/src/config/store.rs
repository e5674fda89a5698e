//! What it takes to work with the data: the database and the peppers.

use chaser_keys::Peppers;
use chaser_keys_storage::DatabaseUrl;

use super::log::{LogConfig, LogSettings};
use super::peppers::{self, PepperSettings};
use super::{ConfigErrors, DatabaseSettings, Row, database};

/// The settings of every command that works with the data.
#[derive(clap::Args)]
pub(crate) struct StoreSettings {
    #[command(flatten)]
    database: DatabaseSettings,
    #[command(flatten)]
    peppers: PepperSettings,
    #[command(flatten)]
    log: LogSettings,
}

/// Database, peppers and log.
#[derive(Clone, Debug)]
pub struct StoreConfig {
    /// Where PostgreSQL is.
    pub database: DatabaseUrl,
    /// What digests are made with.
    pub peppers: Peppers,
    /// What is logged.
    pub log: LogConfig,
}

impl StoreSettings {
    pub(crate) fn read(self, errors: &mut ConfigErrors) -> Option<StoreConfig> {
        let database = self.database.read(errors);
        let peppers = self.peppers.read(errors);
        let log = self.log.read(errors);
        Some(StoreConfig { database: database?, peppers: peppers?, log })
    }
}

impl StoreConfig {
    pub(crate) fn rows(&self) -> Vec<Row> {
        [database::rows(&self.database), peppers::rows(&self.peppers), self.log.rows()].concat()
    }
}
