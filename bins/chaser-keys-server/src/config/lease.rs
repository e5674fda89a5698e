//! How long a node may answer from memory.

use std::time::Duration;

use chaser_keys_storage::StoreOptions;

use super::{Mistakes, Row, duration};

const LEASE: &str = "CHASER_LEASE";
/// Two rounds with PostgreSQL fit in; shorter, and one late answer would stop the service.
const SHORTEST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_mins(1);

/// The lease as it is written down.
#[derive(clap::Args)]
#[command(next_help_heading = "Verification")]
pub(crate) struct LeaseSettings {
    /// How long this node goes on verifying keys without hearing from PostgreSQL, before it answers 503 [default: 3s]
    ///
    /// A revoke waits up to 1.5 times as long for a node that is cut off or has crashed. Give all nodes on one
    /// database the same value.
    #[arg(long, env = LEASE, value_name = "DURATION")]
    lease: Option<String>,
}

/// The lease.
#[derive(Clone, Copy, Debug)]
pub struct LeaseConfig {
    /// L in docs/coherence.md.
    pub lease: Duration,
}

impl Default for LeaseConfig {
    fn default() -> Self {
        Self { lease: StoreOptions::default().lease }
    }
}

impl LeaseSettings {
    pub(crate) fn read(self, mistakes: &mut Mistakes) -> LeaseConfig {
        let default = LeaseConfig::default().lease;
        let parse = |text: &str| duration::parse(text, SHORTEST..=LONGEST);
        LeaseConfig { lease: mistakes.read_or(LEASE, self.lease, default, parse) }
    }
}

impl LeaseConfig {
    pub(crate) fn rows(self) -> Vec<Row> {
        vec![(LEASE, duration::show(self.lease))]
    }
}
