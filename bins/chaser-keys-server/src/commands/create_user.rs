//! `user create`.

use chaser_keys::WorkspaceId;
use chaser_keys_storage::{EmailAddress, StoreOptions};

use crate::{
    commands::password_input,
    config::{self, StoreSettings},
    failure::Failure,
    new_user, output, startup, telemetry,
};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The id that `workspace create` printed
    #[arg(long, value_name = "ID")]
    workspace: String,
    /// What the user signs in with
    #[arg(long)]
    email: String,
    /// Read the password, one line of 15 to 1,024 bytes, from standard input
    ///
    /// There is no other way: a command line is visible to every user of the machine.
    #[arg(long, required = true)]
    password_stdin: bool,
    #[command(flatten)]
    settings: StoreSettings,
}

pub(crate) async fn run(arguments: Arguments) -> Result<(), Failure> {
    let (workspace, email, config) = config::read(|mistakes| {
        let workspace = mistakes.argument("--workspace", arguments.workspace.parse::<WorkspaceId>());
        let email = mistakes.argument("--email", arguments.email.parse::<EmailAddress>());
        let config = arguments.settings.read(mistakes);
        Some((workspace?, email?, config?))
    })?;
    telemetry::install(&config.log);
    let password = password_input::read()?;
    // Before the database is asked for anything.
    new_user::choose_password(&password, &email)?;
    let store = startup::connect(&config, StoreOptions::default()).await?;
    output::line(new_user::create_user(&store, &config.database, workspace, &email, &password).await?)
}
