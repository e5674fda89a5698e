//! How many connections the dashboard and the key calls may use.

use chaser_keys_storage::StoreOptions;

use super::{Mistakes, Row};

const SIZE: &str = "CHASER_DATABASE_POOL";
const LARGEST: usize = 1_000;

/// The pool as it is written down.
#[derive(clap::Args)]
#[command(next_help_heading = "Database")]
pub(crate) struct PoolSettings {
    /// Connections to PostgreSQL that this node may open for its pool [default: 16]
    ///
    /// All nodes' pools together must stay below PostgreSQL's `max_connections`.
    #[arg(long, env = SIZE, value_name = "COUNT")]
    database_pool: Option<String>,
}

/// The pool's size.
#[derive(Clone, Copy, Debug)]
pub struct PoolConfig {
    /// The most connections open at once.
    pub size: usize,
}

impl Default for PoolConfig {
    fn default() -> Self {
        Self { size: StoreOptions::default().pool_size }
    }
}

impl PoolSettings {
    pub(crate) fn read(self, mistakes: &mut Mistakes) -> PoolConfig {
        let default = PoolConfig::default().size;
        let size = mistakes.read_or(SIZE, self.database_pool, default, |text| super::count(text, LARGEST));
        PoolConfig { size }
    }
}

impl PoolConfig {
    pub(crate) fn rows(self) -> Vec<Row> {
        vec![(SIZE, self.size.to_string())]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_is_the_documented_one() {
        assert_eq!(PoolConfig::default().size, 16);
    }
}
