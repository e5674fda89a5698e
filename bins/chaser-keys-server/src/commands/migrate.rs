//! `migrate`: the schema, brought up to date.

use crate::config::{self, DatabaseSettings, LogSettings};
use crate::failure::Failure;
use crate::{output, startup, telemetry};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    database: DatabaseSettings,
    #[command(flatten)]
    log: LogSettings,
}

pub(crate) async fn run(arguments: Arguments) -> Result<(), Failure> {
    let (database, log) = config::read(|errors| {
        let database = arguments.database.read(errors);
        let log = arguments.log.read(errors);
        Some((database?, log))
    })?;
    telemetry::install(&log);
    let applied = startup::migrate(&database).await?;
    if applied.is_empty() {
        return output::line("nothing to do: the schema is up to date");
    }
    applied.iter().try_for_each(|migration| output::line(format_args!("applied {migration}")))
}
