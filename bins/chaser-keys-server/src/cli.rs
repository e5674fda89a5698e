//! The command line.

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::commands::{check_config, create_user, create_workspace, disable_user, migrate, serve};
use crate::failure::Failure;
use crate::{core_dumps, output, panic_hook};

/// The API-key authority of Chaser: it issues, rotates, revokes and verifies keys.
///
/// Every setting is an environment variable and a flag of the same name (`CHASER_BIND`, `--bind`); the flag
/// wins, and a blank value counts as none. Only the peppers have no flag: `CHASER_PEPPERS` or a file.
#[derive(Parser)]
#[command(name = "chaser-keys-server", version, max_term_width = 110)]
pub(crate) struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Runs the server until SIGTERM or SIGINT, then finishes what it has begun and stops
    Serve(Box<serve::Arguments>),
    /// Brings the database's schema up to date and prints what was applied
    Migrate(migrate::Arguments),
    /// Workspaces: whose keys they are
    #[command(subcommand)]
    Workspace(Workspace),
    /// Users: who may sign in to a workspace's dashboard
    #[command(subcommand)]
    User(User),
    /// Prints every setting as it will be used, without secrets, tries the database, and says ok
    CheckConfig(Box<check_config::Arguments>),
}

#[derive(Subcommand)]
enum Workspace {
    /// Creates a workspace and prints its id
    Create(create_workspace::Arguments),
}

#[derive(Subcommand)]
enum User {
    /// Creates a user and prints the id
    Create(create_user::Arguments),
    /// Ends a user's sessions and refuses further sign-ins; the workspace's keys go on working
    Disable(disable_user::Arguments),
}

/// Runs the command that the process's arguments name, and prints a failure in one line.
#[must_use]
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    panic_hook::install();
    core_dumps::forbid();
    let outcome = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(Failure::Runtime)
        .and_then(|runtime| runtime.block_on(cli.command.run()));
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            output::failure(&failure);
            ExitCode::FAILURE
        }
    }
}

impl Command {
    async fn run(self) -> Result<(), Failure> {
        match self {
            Self::Serve(arguments) => serve::run(*arguments).await,
            Self::Migrate(arguments) => migrate::run(arguments).await,
            Self::Workspace(Workspace::Create(arguments)) => create_workspace::run(arguments).await,
            Self::User(User::Create(arguments)) => create_user::run(arguments).await,
            Self::User(User::Disable(arguments)) => disable_user::run(arguments).await,
            Self::CheckConfig(arguments) => check_config::run(*arguments).await,
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;
    use crate::config::flag_of;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_variable_is_a_flag_of_the_same_name() {
        fn check(command: &clap::Command, seen: &mut usize) {
            for argument in command.get_arguments() {
                let Some(variable) = argument.get_env().and_then(|name| name.to_str()) else { continue };
                assert_eq!(argument.get_long().map(str::to_owned), flag_of(variable));
                assert!(crate::config::known().contains(&variable.to_owned()), "`serve` has no {variable}");
                *seen += 1;
            }
            command.get_subcommands().for_each(|subcommand| check(subcommand, seen));
        }
        let mut seen = 0;
        check(&Cli::command(), &mut seen);
        assert!(seen > 14);
    }

    #[test]
    fn the_readme_lists_every_setting() {
        let readme = include_str!("../README.md");
        for name in crate::config::known() {
            assert!(readme.contains(&format!("`{name}`")), "{name} is not in README.md");
        }
    }

    /// The default of a setting in the README's table: its second column.
    fn documented_default<'a>(readme: &'a str, variable: &str) -> Option<&'a str> {
        let row = readme.lines().find_map(|line| line.strip_prefix(&format!("| `{variable}` |")))?;
        row.split('|').next().map(str::trim)
    }

    #[test]
    fn the_readme_has_the_defaults_of_the_code() {
        let readme = include_str!("../README.md");
        let command = Cli::command();
        let serve = command.find_subcommand("serve").unwrap();
        let mut compared = 0;
        for argument in serve.get_arguments() {
            let Some(variable) = argument.get_env().and_then(|name| name.to_str()) else { continue };
            let [default] = argument.get_default_values() else { continue };
            assert_eq!(documented_default(readme, variable), default.to_str(), "{variable}");
            compared += 1;
        }
        assert!(compared > 8, "only {compared} settings have a default");
    }
}
