//! The log: structured lines on standard error.

use std::io;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::Directive;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::config::{LogConfig, LogFormat};

/// Targets whose finest levels log whole packets, headers or parameters, and with them keys, session tokens and
/// passwords. They stay off whatever `CHASER_LOG` says.
const SECRET_TARGETS: [&str; 1] = ["tokio_postgres::query=info"];

/// At `info` actix-server logs its threads, and actix-http logs each malformed request as an error (the access log has
/// it already). Both can be turned on in `CHASER_LOG`.
const NOISY_TARGETS: &str = "actix_server=warn,actix_http::h1::dispatcher=off";

/// Sends this process's events to standard error. Only the first call has an effect.
pub fn install(config: &LogConfig) {
    let lines = tracing_subscriber::fmt().with_env_filter(filter(config)).with_writer(io::stderr);
    // An error means that a subscriber is there already, as in a test that starts two servers.
    let _ = match config.format {
        // The list of spans would repeat the current one.
        LogFormat::Json => lines.json().flatten_event(true).with_span_list(false).finish().try_init(),
        LogFormat::Text => lines.with_ansi(io::IsTerminal::is_terminal(&io::stderr())).finish().try_init(),
    };
}

fn filter(config: &LogConfig) -> EnvFilter {
    let secret = SECRET_TARGETS.iter().filter_map(|directive| directive.parse::<Directive>().ok());
    let filter = EnvFilter::new(format!("{NOISY_TARGETS},{}", config.filter));
    secret.fold(filter, EnvFilter::add_directive)
}
