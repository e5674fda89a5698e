//! From a configuration to a store that can be used.

use std::{
    future::Future,
    time::{Duration, Instant},
};

use chaser_keys_storage::{
    DatabaseUrl, MigrationError, StorageError, Store, StoreOptions, pending_migrations, run_migrations,
};

use crate::{
    config::{MigrateAtStart, ServeConfig, StoreConfig},
    failure::Failure,
};

/// A database that starts together with the server is ready in this time.
const PATIENCE: Duration = Duration::from_secs(10);
const BETWEEN_ATTEMPTS: Duration = Duration::from_millis(250);

/// Waits for the database, sees to its schema as configured, and opens the store.
pub async fn open_store(config: &ServeConfig) -> Result<Store, Failure> {
    match config.schema {
        MigrateAtStart::Apply => _ = migrate(&config.store.database).await?,
        MigrateAtStart::Refuse => refuse_pending(&config.store.database).await?,
    }
    connect(&config.store, config.store_options()).await
}

/// Brings the schema up to date and tells what was applied. Waits a while for a database that does not answer.
pub async fn migrate(database: &DatabaseUrl) -> Result<Vec<String>, Failure> {
    let applied = patiently(database, || run_migrations(database)).await?;
    for migration in &applied {
        tracing::info!(migration, "applied a migration");
    }
    Ok(applied)
}

async fn refuse_pending(database: &DatabaseUrl) -> Result<(), Failure> {
    let pending = patiently(database, || pending_migrations(database)).await?;
    if pending.is_empty() { Ok(()) } else { Err(Failure::pending(&pending)) }
}

/// Opens the store once: for commands that someone is waiting for.
pub(crate) async fn connect(config: &StoreConfig, options: StoreOptions) -> Result<Store, Failure> {
    let opened = Store::connect(&config.database, config.peppers.clone(), options).await;
    opened.map_err(|error| Failure::of_storage(&config.database, error))
}

/// Tries again for as long as the database does not answer, up to [`PATIENCE`].
async fn patiently<T, F: Future<Output = Result<T, MigrationError>>>(
    database: &DatabaseUrl,
    attempt: impl Fn() -> F,
) -> Result<T, Failure> {
    let deadline = Instant::now() + PATIENCE;
    let mut told = false;
    loop {
        match attempt().await {
            Ok(done) => return Ok(done),
            Err(MigrationError::Unavailable(reason)) if Instant::now() + BETWEEN_ATTEMPTS < deadline => {
                if !told {
                    tracing::warn!(%database, reason, "waiting up to {PATIENCE:?} for the database");
                    told = true;
                }
                tokio::time::sleep(BETWEEN_ATTEMPTS).await;
            }
            Err(error) => return Err(Failure::of_storage(database, StorageError::from(error))),
        }
    }
}
