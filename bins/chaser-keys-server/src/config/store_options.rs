//! The store's options: connections, dashboard sessions, the lease and the usage counts.

use std::time::Duration;

use chaser_keys_storage::{SessionLifetimes, StoreOptions};

use super::{ConfigErrors, Row, count, duration};

const POOL: &str = "CHASER_DATABASE_POOL";
const SESSION_IDLE: &str = "CHASER_SESSION_IDLE";
const SESSION_ABSOLUTE: &str = "CHASER_SESSION_ABSOLUTE";
const LEASE: &str = "CHASER_LEASE";
const USAGE_FLUSH: &str = "CHASER_USAGE_FLUSH";

const MAX_POOL: usize = 1_000;
const MIN_SESSION: Duration = Duration::from_mins(1);
const MAX_SESSION: Duration = Duration::from_hours(30 * 24);
/// Two rounds with PostgreSQL fit in; with a shorter lease one late response would stop the service.
const MIN_LEASE: Duration = Duration::from_secs(1);
const MAX_LEASE: Duration = Duration::from_mins(1);
const MIN_USAGE_FLUSH: Duration = Duration::from_millis(10);
const MAX_USAGE_FLUSH: Duration = Duration::from_mins(1);

/// The settings as text.
#[derive(clap::Args)]
pub(crate) struct StoreOptionSettings {
    /// Connections to PostgreSQL that this server may open, besides the three of its verifying node
    ///
    /// The connections of all servers together must stay below PostgreSQL's `max_connections`.
    #[arg(long, env = POOL, value_name = "COUNT", help_heading = "Database")]
    #[arg(default_value_t = StoreOptions::default().pool_size.to_string())]
    database_pool: String,
    /// A dashboard session ends when unused for this long
    #[arg(long, env = SESSION_IDLE, value_name = "DURATION", help_heading = "Sessions")]
    #[arg(default_value_t = duration::show(StoreOptions::default().session_lifetimes.idle))]
    session_idle: String,
    /// A dashboard session ends this long after the sign-in at the latest
    #[arg(long, env = SESSION_ABSOLUTE, value_name = "DURATION", help_heading = "Sessions")]
    #[arg(default_value_t = duration::show(StoreOptions::default().session_lifetimes.absolute))]
    session_absolute: String,
    /// How long this node goes on verifying keys without hearing from PostgreSQL, before it answers 503
    ///
    /// A revoke waits up to 1.5 times as long for a node that is cut off or has crashed. Give all nodes on one
    /// database the same value.
    #[arg(long, env = LEASE, value_name = "DURATION", help_heading = "Verification")]
    #[arg(default_value_t = duration::show(StoreOptions::default().lease))]
    lease: String,
    /// How often usage counts are written to the database
    ///
    /// A clean stop loses none of them; a killed server loses those of one interval at most.
    #[arg(long, env = USAGE_FLUSH, value_name = "DURATION", help_heading = "Usage")]
    #[arg(default_value_t = duration::show(StoreOptions::default().usage_flush_interval))]
    usage_flush: String,
}

impl StoreOptionSettings {
    pub(crate) fn read(self, errors: &mut ConfigErrors) -> StoreOptions {
        let default = StoreOptions::default();
        StoreOptions {
            pool_size: errors
                .read_or(POOL, self.database_pool, default.pool_size, |text| count(text, MAX_POOL)),
            session_lifetimes: session_lifetimes(self.session_idle, self.session_absolute, errors),
            lease: errors.read_or(LEASE, self.lease, default.lease, |text| {
                duration::parse(text, MIN_LEASE..=MAX_LEASE)
            }),
            usage_flush_interval: errors.read_or(
                USAGE_FLUSH,
                self.usage_flush,
                default.usage_flush_interval,
                |text| duration::parse(text, MIN_USAGE_FLUSH..=MAX_USAGE_FLUSH),
            ),
            ..default
        }
    }
}

fn session_lifetimes(idle: String, absolute: String, errors: &mut ConfigErrors) -> SessionLifetimes {
    let default = SessionLifetimes::default();
    let parse = |text: &str| duration::parse(text, MIN_SESSION..=MAX_SESSION);
    let idle = errors.read_or(SESSION_IDLE, idle, default.idle, parse);
    let absolute = errors.read_or(SESSION_ABSOLUTE, absolute, default.absolute, parse);
    if idle > absolute {
        let (idle, absolute) = (duration::show(idle), duration::show(absolute));
        let problem =
            format!("{idle} is longer than {SESSION_ABSOLUTE}, {absolute}: shorten it or lengthen that");
        errors.add(SESSION_IDLE, problem);
    }
    SessionLifetimes { idle, absolute }
}

pub(crate) fn rows(options: &StoreOptions) -> Vec<Row> {
    let lifetimes = options.session_lifetimes;
    vec![
        (POOL, options.pool_size.to_string()),
        (SESSION_IDLE, duration::show(lifetimes.idle)),
        (SESSION_ABSOLUTE, duration::show(lifetimes.absolute)),
        (LEASE, duration::show(options.lease)),
        (USAGE_FLUSH, duration::show(options.usage_flush_interval)),
    ]
}
