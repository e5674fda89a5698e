//! How often counted requests are written down.

use std::time::Duration;

use chaser_keys_storage::StoreOptions;

use super::{Mistakes, Row, duration};

const FLUSH: &str = "CHASER_USAGE_FLUSH";
const SHORTEST: Duration = Duration::from_millis(10);
const LONGEST: Duration = Duration::from_mins(1);

/// The counting as it is written down.
#[derive(clap::Args)]
#[command(next_help_heading = "Usage")]
pub(crate) struct UsageSettings {
    /// How often usage counts are written to the database [default: 1s]
    ///
    /// A clean stop loses none of them; a killed server loses those of one interval at most.
    #[arg(long, env = FLUSH, value_name = "DURATION")]
    usage_flush: Option<String>,
}

/// The counting.
#[derive(Clone, Copy, Debug)]
pub struct UsageConfig {
    /// The time between two writes.
    pub flush_interval: Duration,
}

impl Default for UsageConfig {
    fn default() -> Self {
        Self { flush_interval: StoreOptions::default().usage_flush_interval }
    }
}

impl UsageSettings {
    pub(crate) fn read(self, mistakes: &mut Mistakes) -> UsageConfig {
        let default = UsageConfig::default().flush_interval;
        let parse = |text: &str| duration::parse(text, SHORTEST..=LONGEST);
        UsageConfig { flush_interval: mistakes.read_or(FLUSH, self.usage_flush, default, parse) }
    }
}

impl UsageConfig {
    pub(crate) fn rows(self) -> Vec<Row> {
        vec![(FLUSH, duration::show(self.flush_interval))]
    }
}
