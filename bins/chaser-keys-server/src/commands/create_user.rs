//! `user create`.

use chaser_keys::WorkspaceId;
use chaser_keys_storage::{EmailAddress, StoreOptions};

use crate::commands::password_input;
use crate::config::{self, StoreSettings};
use crate::failure::Failure;
use crate::{new_user, output, startup, telemetry};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The id that `workspace create` printed
    #[arg(long, value_name = "ID")]
    workspace: String,
    /// What the user signs in with
    #[arg(long)]
    email: String,
    /// Read the password from standard input, one line
    ///
    /// There is no other way: a command line is visible to every user of the machine.
    #[arg(long, required = true)]
    password_stdin: bool,
    #[command(flatten)]
    settings: StoreSettings,
}

pub(crate) async fn run(arguments: Arguments) -> Result<(), Failure> {
    let (workspace, email, config) = config::read(|errors| {
        let workspace = errors.argument("--workspace", arguments.workspace.parse::<WorkspaceId>());
        let email = errors.argument("--email", arguments.email.parse::<EmailAddress>());
        let config = arguments.settings.read(errors);
        Some((workspace?, email?, config?))
    })?;
    telemetry::install(&config.log);
    let password = password_input::read()?;
    // Before the database is asked for anything.
    new_user::choose_password(&password, &email)?;
    let store = startup::connect(&config, StoreOptions::default()).await?;
    output::line(new_user::create_user(&store, &config.database, workspace, &email, &password).await?)
}
