//! From a configuration to a store that can be used.

use std::future::Future;
use std::time::{Duration, Instant};

use chaser_keys_storage::{
    DatabaseUrl, ErrorChain, MigrationError, StorageError, Store, StoreOptions, pending_migrations,
    run_migrations,
};

use crate::config::{MigrateAtStart, ServeConfig, StoreConfig};
use crate::failure::Failure;

/// How long to wait for a database that starts together with the server.
const DATABASE_TIMEOUT: Duration = Duration::from_secs(10);
const RETRY_INTERVAL: Duration = Duration::from_millis(250);

/// Waits for the database, applies or checks migrations as configured, and opens the store.
pub async fn open_store(config: &ServeConfig) -> Result<Store, Failure> {
    match config.schema {
        MigrateAtStart::Apply => _ = migrate(&config.store.database).await?,
        MigrateAtStart::Refuse => refuse_pending(&config.store.database).await?,
    }
    connect(&config.store, config.store_options.clone()).await
}

/// Brings the schema up to date and returns what was applied. Waits up to ten seconds for a database that does not answer.
pub async fn migrate(database: &DatabaseUrl) -> Result<Vec<String>, Failure> {
    let applied = retry_while_unavailable(database, || run_migrations(database)).await?;
    for migration in &applied {
        tracing::info!(migration, "applied a migration");
    }
    Ok(applied)
}

async fn refuse_pending(database: &DatabaseUrl) -> Result<(), Failure> {
    let pending = retry_while_unavailable(database, || pending_migrations(database)).await?;
    if pending.is_empty() { Ok(()) } else { Err(Failure::pending(&pending)) }
}

/// Opens the store without retrying: somebody waits for the command.
pub(crate) async fn connect(config: &StoreConfig, options: StoreOptions) -> Result<Store, Failure> {
    let opened = Store::connect(&config.database, config.peppers.clone(), options).await;
    opened.map_err(|error| Failure::of_storage(&config.database, error))
}

/// Retries for as long as the database does not answer, up to [`DATABASE_TIMEOUT`].
async fn retry_while_unavailable<T, F: Future<Output = Result<T, MigrationError>>>(
    database: &DatabaseUrl,
    attempt: impl Fn() -> F,
) -> Result<T, Failure> {
    let deadline = Instant::now() + DATABASE_TIMEOUT;
    let mut is_logged = false;
    loop {
        match attempt().await {
            Ok(done) => return Ok(done),
            Err(MigrationError::Unavailable(cause)) if Instant::now() + RETRY_INTERVAL < deadline => {
                if !is_logged {
                    let reason = ErrorChain(cause.as_ref());
                    tracing::warn!(%database, %reason, "waiting up to {DATABASE_TIMEOUT:?} for the database");
                    is_logged = true;
                }
                tokio::time::sleep(RETRY_INTERVAL).await;
            }
            Err(error) => return Err(Failure::of_storage(database, StorageError::from(error))),
        }
    }
}
