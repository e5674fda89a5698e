//! The log: structured lines on standard error.

use std::io;

use tracing_subscriber::{EnvFilter, filter::Directive, util::SubscriberInitExt as _};

use crate::config::{LogConfig, LogFormat};

/// Libraries whose finest levels write out whole packets, headers or parameters. Whoever turns everything on
/// must not find keys, session tokens and passwords in the log.
const TALKATIVE: [&str; 1] = ["tokio_postgres::query=info"];

/// At the usual level actix tells that it starts and stops its threads; and it calls every malformed request an error of
/// the server, where the access log has a line for it already. Whoever wants to know says so in the setting.
const OF_NO_INTEREST: &str = "actix_server=warn,actix_http::h1::dispatcher=off";

/// Sends this process's events to standard error. Only the first call has an effect.
pub fn install(config: &LogConfig) {
    let lines = tracing_subscriber::fmt().with_env_filter(filter(config)).with_writer(io::stderr);
    // An error means that a subscriber is there already, as in a test that starts two servers.
    let _ = match config.format {
        // The list of spans would say again what the current one says.
        LogFormat::Json => lines.json().flatten_event(true).with_span_list(false).finish().try_init(),
        LogFormat::Text => lines.with_ansi(io::IsTerminal::is_terminal(&io::stderr())).finish().try_init(),
    };
}

fn filter(config: &LogConfig) -> EnvFilter {
    let quiet = TALKATIVE.iter().filter_map(|directive| directive.parse::<Directive>().ok());
    let filter = EnvFilter::new(format!("{OF_NO_INTEREST},{}", config.filter));
    quiet.fold(filter, EnvFilter::add_directive)
}
