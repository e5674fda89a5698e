//! How the HTTP side is reached, how many threads it has, and the API behind it.

use std::net::IpAddr;
use std::time::Duration;

use chaser_keys_http::{HttpOptions, UpstreamOptions, UpstreamUrl, is_loopback_url};
use ipnet::IpNet;
use url::Url;

use super::{ConfigErrors, ListenConfig, Row, count, duration};

const PUBLIC_URL: &str = "CHASER_PUBLIC_URL";
const WORKERS: &str = "CHASER_WORKERS";
const TRUSTED_PROXIES: &str = "CHASER_TRUSTED_PROXIES";
const UPSTREAM: &str = "CHASER_UPSTREAM";
const UPSTREAM_TIMEOUT: &str = "CHASER_UPSTREAM_TIMEOUT";

const DEFAULT_UPSTREAM_TIMEOUT: Duration = Duration::from_mins(1);
const MIN_UPSTREAM_TIMEOUT: Duration = Duration::from_millis(100);
const MAX_UPSTREAM_TIMEOUT: Duration = Duration::from_hours(1);

/// The settings as text.
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
    /// Networks of your own proxies, comma-separated, whose X-Forwarded-For is trusted [default: none]
    ///
    /// For example `10.0.0.0/8,fd00::/8`. Behind a proxy that is not listed, all customers share one
    /// address, and with it one budget of failed sign-ins.
    #[arg(long, env = TRUSTED_PROXIES, value_name = "NETWORKS")]
    trusted_proxies: Option<String>,
    /// The API that gets every authenticated request below /v1 that is not ours, such as `http://127.0.0.1:9000`
    /// [default: none, such paths are 404]
    ///
    /// It learns whose request it is from X-Chaser-Key-Id, X-Chaser-Workspace-Id and X-Chaser-Mode; the key itself is
    /// not forwarded. Clients must not be able to reach it except through this server.
    #[arg(long, env = UPSTREAM, value_name = "URL", help_heading = "Pass-through")]
    upstream: Option<String>,
    /// How long the upstream may send nothing while a response is expected, before the answer is 504
    #[arg(long, env = UPSTREAM_TIMEOUT, value_name = "DURATION", help_heading = "Pass-through")]
    #[arg(default_value_t = duration::show(DEFAULT_UPSTREAM_TIMEOUT))]
    upstream_timeout: String,
}

impl HttpSettings {
    pub(crate) fn read(self, errors: &mut ConfigErrors) -> HttpOptions {
        let default = HttpOptions::default();
        let upstream = errors.read(UPSTREAM, self.upstream, str::parse::<UpstreamUrl>);
        let timeout =
            errors.read_or(UPSTREAM_TIMEOUT, self.upstream_timeout, DEFAULT_UPSTREAM_TIMEOUT, |text| {
                duration::parse(text, MIN_UPSTREAM_TIMEOUT..=MAX_UPSTREAM_TIMEOUT)
            });
        HttpOptions {
            public_url: errors.read(PUBLIC_URL, self.public_url, public_url),
            workers: errors.read_or(WORKERS, self.workers, default.workers, |text| {
                count(text, HttpOptions::MOST_WORKERS)
            }),
            trusted_proxies: errors.read_or(
                TRUSTED_PROXIES,
                self.trusted_proxies,
                default.trusted_proxies,
                networks,
            ),
            upstream: upstream.map(|url| UpstreamOptions { url, timeout }),
        }
    }
}

/// A server that other machines can reach needs its public URL: the attributes of cookies depend on it.
pub(crate) fn check_against(options: &HttpOptions, listen: &ListenConfig, errors: &mut ConfigErrors) {
    if options.public_url.is_none() && !listen.public.ip().is_loopback() {
        let problem = format!(
            "missing, while CHASER_BIND is {}: say where browsers reach the server, such as \
             https://keys.example.com",
            listen.public
        );
        errors.add(PUBLIC_URL, problem);
    }
}

/// Logs what is allowed but probably a mistake. This server speaks no TLS, so with https there is a proxy.
pub(crate) fn warn_about_proxies(options: &HttpOptions) {
    let is_behind_tls = options.public_url.as_ref().is_some_and(|url| url.scheme() == "https");
    if is_behind_tls && options.trusted_proxies.is_empty() {
        tracing::warn!(
            "{TRUSTED_PROXIES} is not set, while {PUBLIC_URL} is https: all customers seem to come from the \
             proxy's address, and share one budget of failed sign-ins"
        );
    }
}

pub(crate) fn rows(options: &HttpOptions) -> Vec<Row> {
    let url =
        options.public_url.as_ref().map_or("not set (plain http on loopback)".to_owned(), Url::to_string);
    let workers = if options.workers == 0 { "one per core".to_owned() } else { options.workers.to_string() };
    let proxies: Vec<String> = options.trusted_proxies.iter().map(ToString::to_string).collect();
    let proxies = if proxies.is_empty() { "none".to_owned() } else { proxies.join(",") };
    let mut rows = vec![(PUBLIC_URL, url), (WORKERS, workers), (TRUSTED_PROXIES, proxies)];
    match &options.upstream {
        None => rows.push((UPSTREAM, "none".to_owned())),
        Some(UpstreamOptions { url, timeout }) => {
            rows.extend([(UPSTREAM, url.to_string()), (UPSTREAM_TIMEOUT, duration::show(*timeout))]);
        }
    }
    rows
}

fn public_url(text: &str) -> Result<Url, String> {
    let fix = "write scheme, host and nothing after it, such as https://keys.example.com";
    let url: Url = text.parse().map_err(|_| format!("{text:?} is no URL: {fix}"))?;
    let bare =
        url.path() == "/" && url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
    match (url.scheme(), is_loopback_url(&url)) {
        _ if !bare || url.password().is_some() => Err(format!("it has more than scheme and host: {fix}")),
        ("https", _) | ("http", true) => Ok(url),
        ("http", false) => {
            Err(format!("{text:?} is plain http: use https, the session cookie would travel unencrypted"))
        }
        _ => Err(format!("{text:?} is not https: {fix}")),
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
        let mut errors = ConfigErrors::default();
        check_against(&HttpOptions::default(), &listen("127.0.0.1:8080"), &mut errors);
        assert_eq!(errors.to_string(), "");
        check_against(&HttpOptions::default(), &listen("0.0.0.0:8080"), &mut errors);
        assert!(errors.to_string().starts_with("CHASER_PUBLIC_URL (--public-url): missing"), "{errors}");
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
