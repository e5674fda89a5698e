//! The two addresses: one for customers, one for our own machines.

use std::net::SocketAddr;

use super::{Mistakes, Row};

pub(crate) const PUBLIC: &str = "CHASER_BIND";
pub(crate) const INTERNAL: &str = "CHASER_INTERNAL_BIND";

/// The addresses as they are written down.
#[derive(clap::Args)]
#[command(next_help_heading = "Listeners")]
pub(crate) struct ListenSettings {
    /// Address and port of the API and the dashboard [default: 127.0.0.1:8080]
    #[arg(long, env = PUBLIC, value_name = "ADDRESS:PORT")]
    bind: Option<String>,
    /// Address and port of the internal listener: /healthz, /readyz, /metrics, /authorize, /verify, /usage
    /// [default: 127.0.0.1:8081]
    ///
    /// It asks nobody who they are, so never expose it to the internet. Anything but a loopback address
    /// is warned of in the log.
    #[arg(long, env = INTERNAL, value_name = "ADDRESS:PORT")]
    internal_bind: Option<String>,
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
    pub(crate) fn read(self, mistakes: &mut Mistakes) -> ListenConfig {
        let default = ListenConfig::default();
        let public = mistakes.read_or(PUBLIC, self.bind, default.public, address);
        let internal = mistakes.read_or(INTERNAL, self.internal_bind, default.internal, address);
        if public == internal && public.port() != 0 {
            let problem = format!("{PUBLIC} is {public} as well: the two listeners need a port each");
            mistakes.add(INTERNAL, problem);
        }
        ListenConfig { public, internal }
    }
}

fn address(text: &str) -> Result<SocketAddr, String> {
    let mend = "write an IP address and a port, such as 127.0.0.1:8080, 0.0.0.0:8080 or [::]:8080";
    text.parse().map_err(|_| format!("{text:?} is no address: {mend}"))
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
            let mut mistakes = Mistakes::default();
            let settings = ListenSettings { bind: Some(bind.into()), internal_bind: Some(internal.into()) };
            settings.read(&mut mistakes);
            mistakes.to_string()
        };
        assert_eq!(read("0.0.0.0:80", "[::1]:0"), "");
        assert_eq!(read("127.0.0.1:0", "127.0.0.1:0"), "");
        assert!(read("localhost:80", "").starts_with("CHASER_BIND (--bind): \"localhost:80\" is no address"));
        assert!(read("", "127.0.0.1:8080").contains("need a port each"));
    }
}
