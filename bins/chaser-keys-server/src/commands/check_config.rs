//! `check-config`: everything `serve` would use, tried without serving.

use chaser_keys_storage::{check_right_to_migrate, pending_migrations};

use crate::config::{self, MigrateAtStart, ServeConfig, ServeSettings};
use crate::failure::Failure;
use crate::{output, startup, telemetry};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    settings: ServeSettings,
}

pub(crate) async fn run(arguments: Arguments) -> Result<(), Failure> {
    let config = config::read(|errors| arguments.settings.read(errors))?;
    telemetry::install(&config.store.log);
    for (name, value) in config.rows() {
        output::line(format_args!("{name} = {value}"))?;
    }
    config::warn_about_proxies(&config.http_options);
    output::line(try_database(&config).await?)?;
    output::line("ok")
}

/// Applies no migration. Whether the peppers fit can be checked only once there is a schema.
async fn try_database(config: &ServeConfig) -> Result<String, Failure> {
    let database = &config.store.database;
    let pending = pending_migrations(database).await;
    let pending = pending.map_err(|error| Failure::of_storage(database, error.into()))?;
    match (pending.len(), config.schema) {
        (0, _) => {
            startup::connect(&config.store, config.store_options.clone()).await?;
            Ok("the database answers, its schema is up to date and the peppers fit".to_owned())
        }
        (count, MigrateAtStart::Apply) => {
            let allowed = check_right_to_migrate(database).await;
            allowed.map_err(|error| Failure::of_storage(database, error.into()))?;
            Ok(format!("the database answers; `serve` will apply {count} pending migrations"))
        }
        (_, MigrateAtStart::Refuse) => Err(Failure::pending(&pending)),
    }
}
