//! The command line.

use std::path::PathBuf;

use chaser_keys_server::LogSettings;
use clap::{Args, Parser, Subcommand};

use crate::failure::Failure;
use crate::{checkout, db, up};

/// Local development of Chaser Keys: a private PostgreSQL, seed data and the real server.
#[derive(Parser)]
#[command(name = "chaser-keys-dev", version, max_term_width = 110)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Starts everything and prints calls that are ready to paste (this is `cargo dev`)
    ///
    /// Prepares what is missing: PostgreSQL's cluster, the schema, the workspace Acme and the user
    /// dev@example.com. Every start signs that user in afresh, and replaces the key named cargo-dev. The data
    /// stays between runs; Ctrl-C and SIGTERM stop everything, and a killed run does not hinder the next.
    ///
    /// One run per checkout: a second one says so and ends. With --ephemeral any number can run side by side.
    Up(UpArguments),
    /// Starts the private PostgreSQL alone and stays in the foreground
    ///
    /// The database is the one `up` uses, so the two cannot run at once, other than with --ephemeral. It is
    /// empty until `up` or `chaser-keys-server migrate` has filled it.
    Db(DbArguments),
}

#[derive(Args)]
pub(crate) struct UpArguments {
    #[command(flatten)]
    pub(crate) place: Place,
    /// Print one line of JSON instead of calls to paste, once ready
    #[arg(long)]
    pub(crate) json: bool,
    /// Port of the API and the dashboard; 0 takes free ports [default: 8080, or a free one when that is taken]
    ///
    /// The internal listener gets the next port, or a free one when that is taken.
    #[arg(long)]
    pub(crate) port: Option<u16>,
    #[command(flatten)]
    pub(crate) log: LogSettings,
}

#[derive(Args)]
pub(crate) struct DbArguments {
    #[command(flatten)]
    pub(crate) place: Place,
    /// Print one line of JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// Where the data lives.
#[derive(Args)]
pub(crate) struct Place {
    /// Use a temporary database, which goes when the run ends
    #[arg(long)]
    pub(crate) ephemeral: bool,
    /// Where the data is kept [default: .local in the checkout]
    #[arg(long, value_name = "PATH", conflicts_with = "ephemeral")]
    directory: Option<PathBuf>,
}

impl Place {
    pub(crate) fn directory(&self) -> PathBuf {
        self.directory.clone().unwrap_or_else(checkout::kept_directory)
    }
}

pub(crate) fn run() -> Result<(), Failure> {
    match Cli::parse().command {
        Command::Up(arguments) => up::run(arguments),
        Command::Db(arguments) => db::run(&arguments),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_sound() {
        super::Cli::command().debug_assert();
    }
}
