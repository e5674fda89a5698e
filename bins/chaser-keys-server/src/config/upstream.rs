//! The API behind this server, if it fronts one.

use std::time::Duration;

use chaser_keys_http::{UpstreamOptions, UpstreamUrl};

use super::{Mistakes, Row, duration};

const UPSTREAM: &str = "CHASER_UPSTREAM";
const TIMEOUT: &str = "CHASER_UPSTREAM_TIMEOUT";
const SHORTEST: Duration = Duration::from_millis(100);
const LONGEST: Duration = Duration::from_hours(1);

/// The upstream as it is written down.
#[derive(clap::Args)]
#[command(next_help_heading = "Pass-through")]
pub(crate) struct UpstreamSettings {
    /// The API that gets every authenticated request below /v1 that is not ours, such as `http://127.0.0.1:9000`
    /// [default: none, such paths are 404]
    ///
    /// It is told whose request it is in X-Chaser-Key-Id, X-Chaser-Workspace-Id and X-Chaser-Mode; the key itself stays
    /// here. Clients must not reach it but through this server.
    #[arg(long, env = UPSTREAM, value_name = "URL")]
    upstream: Option<String>,
    /// How long the upstream may send nothing while it is waited for, before the answer is 504 [default: 60s]
    #[arg(long, env = TIMEOUT, value_name = "DURATION")]
    upstream_timeout: Option<String>,
}

/// The upstream.
#[derive(Clone, Debug)]
pub struct UpstreamConfig {
    /// Where it is; none: there is none.
    pub url: Option<UpstreamUrl>,
    /// How long it may send nothing.
    pub timeout: Duration,
}

impl Default for UpstreamConfig {
    fn default() -> Self {
        Self { url: None, timeout: Duration::from_mins(1) }
    }
}

impl UpstreamSettings {
    pub(crate) fn read(self, mistakes: &mut Mistakes) -> UpstreamConfig {
        let default = UpstreamConfig::default();
        let timeout = |text: &str| duration::parse(text, SHORTEST..=LONGEST);
        UpstreamConfig {
            url: mistakes.read(UPSTREAM, self.upstream, str::parse::<UpstreamUrl>),
            timeout: mistakes.read_or(TIMEOUT, self.upstream_timeout, default.timeout, timeout),
        }
    }
}

impl UpstreamConfig {
    pub(crate) fn options(&self) -> Option<UpstreamOptions> {
        Some(UpstreamOptions { url: self.url.clone()?, timeout: self.timeout })
    }

    pub(crate) fn rows(&self) -> Vec<Row> {
        let url = self.url.as_ref().map_or("none".to_owned(), UpstreamUrl::to_string);
        vec![(UPSTREAM, url), (TIMEOUT, duration::show(self.timeout))]
    }
}
