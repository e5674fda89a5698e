//! What `serve` does with pending migrations.

use super::{Mistakes, Row};

pub(crate) const MIGRATE: &str = "CHASER_MIGRATE";

/// The choice as it is written down.
#[derive(clap::Args)]
#[command(next_help_heading = "Database")]
pub(crate) struct SchemaSettings {
    /// Whether `serve` applies pending migrations at start: on or off [default: on]
    ///
    /// Nodes that start together wait for one another. When off, `serve` refuses to start on an older
    /// schema, and `chaser-keys-server migrate` brings it up to date.
    #[arg(long, env = MIGRATE, value_name = "on|off")]
    migrate: Option<String>,
}

/// What to do with pending migrations at start.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum MigrateAtStart {
    /// Apply them.
    #[default]
    Apply,
    /// Refuse to start.
    Refuse,
}

impl SchemaSettings {
    pub(crate) fn read(self, mistakes: &mut Mistakes) -> MigrateAtStart {
        mistakes.read_or(MIGRATE, self.migrate, MigrateAtStart::default(), |text| match text {
            "on" | "true" => Ok(MigrateAtStart::Apply),
            "off" | "false" => Ok(MigrateAtStart::Refuse),
            _ => Err(format!("{text:?} is neither: write on or off")),
        })
    }
}

impl MigrateAtStart {
    pub(crate) fn rows(self) -> Vec<Row> {
        let word = if self == Self::Apply { "on" } else { "off" };
        vec![(MIGRATE, word.to_owned())]
    }
}
