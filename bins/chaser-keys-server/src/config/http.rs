//! How the HTTP side is reached and how much it may do at once.

use std::{net::IpAddr, num::NonZeroUsize, thread::available_parallelism};

use chaser_keys_http::{HttpOptions, is_loopback_url};
use ipnet::IpNet;
use url::Url;

use super::{ListenConfig, Mistakes, Row};

const PUBLIC_URL: &str = "CHASER_PUBLIC_URL";
const WORKERS: &str = "CHASER_WORKERS";
const TRUSTED_PROXIES: &str = "CHASER_TRUSTED_PROXIES";

/// The HTTP side as it is written down.
#[derive(clap::Args)]
#[command(next_help_heading = "HTTP")]
pub(crate) struct HttpSettings {
    /// Where browsers reach the dashboard, such as `https://keys.example.com` [default: plain http on loopback]
    ///
    /// With https, cookies are Secure and HSTS is sent; set it wherever TLS ends in front of the server.
    #[arg(long, env = PUBLIC_URL, value_name = "URL")]
    public_url: Option<String>,
    /// HTTP worker threads [default: one per core]
    #[arg(long, env = WORKERS, value_name = "COUNT")]
    workers: Option<String>,
    /// Networks of our own proxies, comma-separated, whose X-Forwarded-For is believed [default: none]
    ///
    /// For example `10.0.0.0/8,fd00::/8`. Behind a proxy that is not named here all customers share one
    /// address, and with it one budget of failed sign-ins.
    #[arg(long, env = TRUSTED_PROXIES, value_name = "NETWORKS")]
    trusted_proxies: Option<String>,
}

/// The HTTP side.
#[derive(Clone, Debug)]
pub struct HttpConfig {
    /// Where browsers reach us; none means plain http on loopback.
    pub public_url: Option<Url>,
    /// Worker threads.
    pub workers: usize,
    /// Whose X-Forwarded-For is believed.
    pub trusted_proxies: Vec<IpNet>,
}

impl Default for HttpConfig {
    fn default() -> Self {
        let workers = available_parallelism().map_or(1, NonZeroUsize::get);
        Self { public_url: None, workers, trusted_proxies: Vec::new() }
    }
}

impl HttpSettings {
    pub(crate) fn read(self, mistakes: &mut Mistakes) -> HttpConfig {
        let default = HttpConfig::default();
        HttpConfig {
            public_url: mistakes.read(PUBLIC_URL, self.public_url, public_url),
            workers: mistakes.read_or(WORKERS, self.workers, default.workers, |text| {
                super::count(text, HttpOptions::MOST_WORKERS)
            }),
            trusted_proxies: mistakes.read_or(TRUSTED_PROXIES, self.trusted_proxies, Vec::new(), networks),
        }
    }
}

impl HttpConfig {
    /// Whoever can be reached from other machines must say how: cookies depend on it.
    pub(crate) fn must_fit(&self, listen: &ListenConfig, mistakes: &mut Mistakes) {
        if self.public_url.is_none() && !listen.public.ip().is_loopback() {
            let problem = format!(
                "missing, while CHASER_BIND is {}: say where browsers reach the server, such as \
                 https://keys.example.com",
                listen.public
            );
            mistakes.add(PUBLIC_URL, problem);
        }
    }

    /// Tells the log what is allowed and hardly meant. This server speaks no TLS, so with https there is a proxy.
    pub(crate) fn warn(&self) {
        let is_behind_tls = self.public_url.as_ref().is_some_and(|url| url.scheme() == "https");
        if is_behind_tls && self.trusted_proxies.is_empty() {
            tracing::warn!(
                "{TRUSTED_PROXIES} is not set, while {PUBLIC_URL} is https: all customers seem to come from the \
                 proxy's address, and share one budget of failed sign-ins"
            );
        }
    }
}

fn public_url(text: &str) -> Result<Url, String> {
    let mend = "write scheme, host and nothing after it, such as https://keys.example.com";
    let url: Url = text.parse().map_err(|_| format!("{text:?} is no URL: {mend}"))?;
    let bare =
        url.path() == "/" && url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
    match (url.scheme(), is_loopback_url(&url)) {
        _ if !bare || url.password().is_some() => Err(format!("it has more than scheme and host: {mend}")),
        ("https", _) | ("http", true) => Ok(url),
        ("http", false) => {
            Err(format!("{text:?} is plain http: use https, the session cookie would be readable on the way"))
        }
        _ => Err(format!("{text:?} is not https: {mend}")),
    }
}

fn networks(text: &str) -> Result<Vec<IpNet>, String> {
    text.split(',').map(|entry| network(entry.trim())).collect()
}

fn network(entry: &str) -> Result<IpNet, String> {
    let alone = || entry.parse::<IpAddr>().map(IpNet::from);
    let parsed = entry.parse::<IpNet>().or_else(|_| alone());
    parsed.map_err(|_| {
        format!("{entry:?} is no network: write networks such as 10.0.0.0/8, separated by commas")
    })
}

impl HttpConfig {
    pub(crate) fn rows(&self) -> Vec<Row> {
        let url =
            self.public_url.as_ref().map_or("not set (plain http on loopback)".to_owned(), Url::to_string);
        let proxies: Vec<String> = self.trusted_proxies.iter().map(ToString::to_string).collect();
        let proxies = if proxies.is_empty() { "none".to_owned() } else { proxies.join(",") };
        vec![(PUBLIC_URL, url), (WORKERS, self.workers.to_string()), (TRUSTED_PROXIES, proxies)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_public_url_is_https_or_loopback_and_bare() {
        for good in [
            "https://keys.example.com",
            "https://keys.example.com:8443/",
            "http://localhost:8080",
            "http://[::1]:1",
        ] {
            assert!(public_url(good).is_ok(), "{good}");
        }
        let bad = [
            "keys.example.com",
            "http://keys.example.com",
            "https://a/keys",
            "https://u:p@a",
            "ftp://a",
            "http://a?b",
        ];
        for bad in bad {
            assert!(public_url(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_server_that_others_reach_needs_a_public_url() {
        let listen =
            |address: &str| ListenConfig { public: address.parse().unwrap(), ..ListenConfig::default() };
        let mut mistakes = Mistakes::default();
        HttpConfig::default().must_fit(&listen("127.0.0.1:8080"), &mut mistakes);
        assert_eq!(mistakes.to_string(), "");
        HttpConfig::default().must_fit(&listen("0.0.0.0:8080"), &mut mistakes);
        assert!(mistakes.to_string().starts_with("CHASER_PUBLIC_URL (--public-url): missing"), "{mistakes}");
    }

    #[test]
    fn trusted_proxies_are_networks_or_single_addresses() {
        let parsed = networks("10.0.0.0/8, 192.0.2.1,fd00::/8").unwrap();
        assert_eq!(parsed[1].to_string(), "192.0.2.1/32");
        assert_eq!(parsed.len(), 3);
        assert!(networks("10.0.0.0/8,").is_err());
        assert!(networks("10.0.0.0/33").is_err());
    }
}
