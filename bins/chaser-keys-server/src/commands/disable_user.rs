//! `user disable`.

use chaser_keys_storage::{EmailAddress, StoreOptions};

use crate::config::{self, StoreSettings};
use crate::failure::Failure;
use crate::{output, startup, telemetry};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The user's e-mail address
    #[arg(long)]
    email: String,
    #[command(flatten)]
    settings: StoreSettings,
}

pub(crate) async fn run(arguments: Arguments) -> Result<(), Failure> {
    let (email, config) = config::read(|errors| {
        let email = errors.argument("--email", arguments.email.parse::<EmailAddress>());
        let config = arguments.settings.read(errors);
        Some((email?, config?))
    })?;
    telemetry::install(&config.log);
    let store = startup::connect(&config, StoreOptions::default()).await?;
    let disabled = store.disable_user(&email).await;
    match disabled.map_err(|error| Failure::of_storage(&config.database, error))? {
        Some(id) => output::line(id),
        None => Err(Failure::Argument(
            "--email: there is no user with this address: check the spelling".to_owned(),
        )),
    }
}
