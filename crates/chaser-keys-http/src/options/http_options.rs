//! Options of the HTTP server.

use std::net::SocketAddr;

use ipnet::IpNet;
use url::{Host, Url};

use super::UpstreamOptions;

/// How the server is reached, and how many threads serve it.
#[derive(Clone, Debug, Default)]
pub struct HttpOptions {
    /// The address that browsers use. With `https`, responses make browsers insist on https; cookies are `Secure` except
    /// on plain http of this machine. Absent: plain http if the listener is a loopback address, otherwise `Secure` cookies.
    pub public_url: Option<Url>,
    /// Proxies whose `X-Forwarded-For` is trusted.
    pub trusted_proxies: Vec<IpNet>,
    /// Threads that serve requests, 1 to [`MOST_WORKERS`](Self::MOST_WORKERS); 0 means one per core.
    pub workers: usize,
    /// The API that gets every path below `/v1` without a route here. None: they are 404.
    pub upstream: Option<UpstreamOptions>,
}

impl HttpOptions {
    /// The largest number of threads.
    pub const MOST_WORKERS: usize = 512;

    /// Whether browsers reach the server through https.
    pub(crate) fn is_behind_tls(&self) -> bool {
        self.public_url.as_ref().is_some_and(|url| url.scheme() == "https")
    }

    /// Without a public URL, a loopback listener has one of plain http.
    pub(crate) fn for_listener(mut self, address: SocketAddr) -> Self {
        if self.public_url.is_none() && address.ip().is_loopback() {
            self.public_url = Url::parse(&format!("http://{address}")).ok();
        }
        self
    }

    /// Whether cookies are `Secure`: always, except on plain http of this machine, where browsers would not send them back.
    pub(crate) fn cookies_are_secure(&self) -> bool {
        self.public_url.as_ref().is_none_or(|url| url.scheme() == "https" || !is_loopback_url(url))
    }
}

/// Whether a URL leads to this machine, where plain http is safe.
#[must_use]
pub fn is_loopback_url(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cookies_are_secure_except_on_plain_http_of_this_machine() {
        let table = [
            (None, true),
            (Some("http://localhost:8080"), false),
            (Some("http://127.0.0.1:8080"), false),
            (Some("http://[::1]:8080"), false),
            (Some("http://keys.example.com"), true),
            (Some("https://localhost"), true),
            (Some("https://keys.example.com"), true),
        ];
        for (public_url, secure) in table {
            let public_url = public_url.map(|text| text.parse().unwrap());
            let options = HttpOptions { public_url, ..HttpOptions::default() };
            assert_eq!(options.cookies_are_secure(), secure, "{:?}", options.public_url);
        }
    }
}
