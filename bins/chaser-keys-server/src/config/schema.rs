//! What `serve` does with pending migrations.

use super::{ConfigErrors, Row};

pub(crate) const MIGRATE: &str = "CHASER_MIGRATE";

/// The setting as text.
#[derive(clap::Args)]
#[command(next_help_heading = "Database")]
pub(crate) struct SchemaSettings {
    /// Whether `serve` applies pending migrations at start: on or off
    ///
    /// Nodes that start together wait for one another. When off, `serve` refuses to start on an older
    /// schema, and `chaser-keys-server migrate` brings it up to date.
    #[arg(long, env = MIGRATE, value_name = "on|off", default_value_t = MigrateAtStart::default().word().to_owned())]
    migrate: String,
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
    pub(crate) fn read(self, errors: &mut ConfigErrors) -> MigrateAtStart {
        errors.read_or(MIGRATE, self.migrate, MigrateAtStart::default(), |text| match text {
            "on" | "true" => Ok(MigrateAtStart::Apply),
            "off" | "false" => Ok(MigrateAtStart::Refuse),
            _ => Err(format!("{text:?} is neither: write on or off")),
        })
    }
}

impl MigrateAtStart {
    const fn word(self) -> &'static str {
        match self {
            Self::Apply => "on",
            Self::Refuse => "off",
        }
    }

    pub(crate) fn rows(self) -> Vec<Row> {
        vec![(MIGRATE, self.word().to_owned())]
    }
}
