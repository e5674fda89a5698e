//! `workspace create`.

use chaser_keys_storage::{StoreOptions, WorkspaceName};

use crate::config::{self, StoreSettings};
use crate::failure::Failure;
use crate::{output, startup, telemetry};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// What people call it: 1 to 100 characters
    #[arg(long)]
    name: String,
    #[command(flatten)]
    settings: StoreSettings,
}

pub(crate) async fn run(arguments: Arguments) -> Result<(), Failure> {
    let (name, config) = config::read(|errors| {
        let name = errors.argument("--name", arguments.name.parse::<WorkspaceName>());
        let config = arguments.settings.read(errors);
        Some((name?, config?))
    })?;
    telemetry::install(&config.log);
    let store = startup::connect(&config, StoreOptions::default()).await?;
    let created = store.create_workspace(&name).await;
    let id = created.map_err(|error| Failure::of_storage(&config.database, error))?;
    output::line(id)
}
