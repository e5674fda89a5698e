//! How long a sign-in to the dashboard lasts.

use std::time::Duration;

use chaser_keys_storage::{SessionLifetimes, StoreOptions};

use super::{Mistakes, Row, duration};

const IDLE: &str = "CHASER_SESSION_IDLE";
const ABSOLUTE: &str = "CHASER_SESSION_ABSOLUTE";
const SHORTEST: Duration = Duration::from_mins(1);
const LONGEST: Duration = Duration::from_hours(30 * 24);

/// The sessions as they are written down.
#[derive(clap::Args)]
#[command(next_help_heading = "Sessions")]
pub(crate) struct SessionSettings {
    /// A dashboard session ends when unused for this long [default: 30m]
    #[arg(long, env = IDLE, value_name = "DURATION")]
    session_idle: Option<String>,
    /// A dashboard session ends this long after the sign-in at the latest [default: 12h]
    #[arg(long, env = ABSOLUTE, value_name = "DURATION")]
    session_absolute: Option<String>,
}

impl SessionSettings {
    pub(crate) fn read(self, mistakes: &mut Mistakes) -> SessionLifetimes {
        let default = StoreOptions::default().session_lifetimes;
        let parse = |text: &str| duration::parse(text, SHORTEST..=LONGEST);
        let idle = mistakes.read_or(IDLE, self.session_idle, default.idle, parse);
        let absolute = mistakes.read_or(ABSOLUTE, self.session_absolute, default.absolute, parse);
        if idle > absolute {
            let (idle, absolute) = (duration::show(idle), duration::show(absolute));
            let problem =
                format!("{idle} is longer than {ABSOLUTE}, {absolute}: shorten it or lengthen that");
            mistakes.add(IDLE, problem);
        }
        SessionLifetimes { idle, absolute }
    }
}

pub(crate) fn rows(lifetimes: &SessionLifetimes) -> Vec<Row> {
    vec![(IDLE, duration::show(lifetimes.idle)), (ABSOLUTE, duration::show(lifetimes.absolute))]
}
