//! What is logged, and how it is written. Logs go to standard error.

use std::io::IsTerminal as _;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;

use super::{ConfigErrors, Row};

const FILTER: &str = "CHASER_LOG";
const FORMAT: &str = "CHASER_LOG_FORMAT";
const DEFAULT: &str = "info";

/// The settings as text.
#[derive(clap::Args)]
#[command(next_help_heading = "Log")]
pub struct LogSettings {
    /// What to log: a level, or targets and levels, such as `info,chaser_keys_storage=debug`
    #[arg(long, env = FILTER, value_name = "FILTER", default_value = DEFAULT)]
    log: String,
    /// How to write the log: json or text [default: text on a terminal, else json]
    #[arg(long, env = FORMAT, value_name = "FORMAT")]
    log_format: Option<String>,
}

/// The log.
#[derive(Clone, Debug)]
pub struct LogConfig {
    /// Checked directives of [`EnvFilter`].
    pub(crate) filter: String,
    /// How lines are written.
    pub format: LogFormat,
}

/// How lines of the log are written.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum LogFormat {
    /// One JSON object per line, for machines.
    Json,
    /// For people.
    Text,
}

impl LogFormat {
    /// People sit at terminals.
    fn detect() -> Self {
        if std::io::stderr().is_terminal() { Self::Text } else { Self::Json }
    }
}

impl Default for LogConfig {
    fn default() -> Self {
        Self { filter: DEFAULT.to_owned(), format: LogFormat::detect() }
    }
}

impl LogSettings {
    /// Reads the settings, or says what is wrong with them.
    pub fn read(self, errors: &mut ConfigErrors) -> LogConfig {
        let default = LogConfig::default();
        LogConfig {
            filter: errors.read_or(FILTER, self.log, default.filter, filter),
            format: errors.read_or(FORMAT, self.log_format, default.format, |text| match text {
                "json" => Ok(LogFormat::Json),
                "text" => Ok(LogFormat::Text),
                _ => Err(format!("{text:?} is neither: write json or text")),
            }),
        }
    }
}

fn filter(text: &str) -> Result<String, String> {
    let fix = "write a level such as info, or targets and levels such as info,chaser_keys_storage=debug";
    match EnvFilter::try_new(text) {
        // What is no level is taken for a target, and then nothing else is logged.
        Ok(_) if !text.contains(['=', ',']) && text.parse::<LevelFilter>().is_err() => {
            Err(format!("{text:?} is no level (off, error, warn, info, debug, trace): {fix}"))
        }
        Ok(_) => Ok(text.to_owned()),
        Err(error) => Err(format!("{text:?} is no filter ({error}): {fix}")),
    }
}

impl LogConfig {
    pub(crate) fn rows(&self) -> Vec<Row> {
        let format = if self.format == LogFormat::Json { "json" } else { "text" };
        vec![(FILTER, self.filter.clone()), (FORMAT, format.to_owned())]
    }
}
