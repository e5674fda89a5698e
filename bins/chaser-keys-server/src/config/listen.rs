//! The two addresses: one for customers, one for our own machines.

use std::net::SocketAddr;

use super::{ConfigErrors, Row};

pub(crate) const PUBLIC: &str = "CHASER_BIND";
pub(crate) const INTERNAL: &str = "CHASER_INTERNAL_BIND";

/// The settings as text.
#[derive(clap::Args)]
#[command(next_help_heading = "Listeners")]
pub(crate) struct ListenSettings {
    /// Address and port of the API and the dashboard
    #[arg(long, env = PUBLIC, value_name = "ADDRESS:PORT")]
    #[arg(default_value_t = ListenConfig::default().public.to_string())]
    bind: String,
    /// Address and port of the internal listener: /healthz, /readyz, /metrics, /authorize, /verify, /usage
    ///
    /// It has no authentication: never expose it to the internet. An address that is not loopback causes a warning
    /// in the log.
    #[arg(long, env = INTERNAL, value_name = "ADDRESS:PORT")]
    #[arg(default_value_t = ListenConfig::default().internal.to_string())]
    internal_bind: String,
}

/// Where to listen.
#[derive(Clone, Copy, Debug)]
pub struct ListenConfig {
    /// For everyone.
    pub public: SocketAddr,
    /// For our own machines only.
    pub internal: SocketAddr,
}

impl Default for ListenConfig {
    fn default() -> Self {
        Self { public: ([127, 0, 0, 1], 8080).into(), internal: ([127, 0, 0, 1], 8081).into() }
    }
}

impl ListenSettings {
    pub(crate) fn read(self, errors: &mut ConfigErrors) -> ListenConfig {
        let default = ListenConfig::default();
        let public = errors.read_or(PUBLIC, self.bind, default.public, address);
        let internal = errors.read_or(INTERNAL, self.internal_bind, default.internal, address);
        if public == internal && public.port() != 0 {
            let problem = format!("{PUBLIC} is {public} as well: the two listeners need a port each");
            errors.add(INTERNAL, problem);
        }
        ListenConfig { public, internal }
    }
}

fn address(text: &str) -> Result<SocketAddr, String> {
    let fix = "write an IP address and a port, such as 127.0.0.1:8080, 0.0.0.0:8080 or [::]:8080";
    text.parse().map_err(|_| format!("{text:?} is no address: {fix}"))
}

impl ListenConfig {
    pub(crate) fn rows(self) -> Vec<Row> {
        vec![(PUBLIC, self.public.to_string()), (INTERNAL, self.internal.to_string())]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_numbers_and_differ() {
        let read = |bind: &str, internal: &str| {
            let mut errors = ConfigErrors::default();
            let settings = ListenSettings { bind: bind.into(), internal_bind: internal.into() };
            settings.read(&mut errors);
            errors.to_string()
        };
        assert_eq!(read("0.0.0.0:80", "[::1]:0"), "");
        assert_eq!(read("127.0.0.1:0", "127.0.0.1:0"), "");
        assert!(read("localhost:80", "").starts_with("CHASER_BIND (--bind): \"localhost:80\" is no address"));
        assert!(read("", "127.0.0.1:8080").contains("need a port each"));
    }
}
