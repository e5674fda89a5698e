//! The command line.

use clap::{Parser, Subcommand};

use crate::failure::Failure;
use crate::{db, up};

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
    /// dev@example.com. Every start opens a new session for that user and replaces the key named cargo-dev. The data
    /// is kept between runs. Ctrl-C and SIGTERM stop everything; the next run can start even after `kill -9`.
    ///
    /// One run per checkout: a second one fails. With --ephemeral any number can run side by side.
    Up(up::Arguments),
    /// Starts the private PostgreSQL alone and stays in the foreground
    ///
    /// It is the database of `up`, so that only one of the two can run, except with --ephemeral. It is empty until
    /// `up` or `chaser-keys-server migrate` has filled it.
    Db(db::Arguments),
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
