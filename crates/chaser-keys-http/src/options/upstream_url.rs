//! The upstream's address: `http://host:port` and nothing else.

use std::fmt;
use std::str::FromStr;

use hyper::http::uri::{Authority, Scheme, Uri};
use thiserror::Error;

/// The address of an API behind this server, reached by plain HTTP/1.1 in the operator's own network.
///
/// Host and port alone: the upstream gets the path that was authenticated.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct UpstreamUrl(Authority);

/// Why a text is not an [`UpstreamUrl`].
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
pub enum InvalidUpstreamUrl {
    /// Not even a URL with a host.
    #[error("it is no URL: write scheme, host and port, such as http://10.0.0.5:9000")]
    NotAUrl,
    /// `https` and everything else.
    #[error(
        "only http is spoken to an upstream: for another machine, terminate TLS in a proxy next to this server"
    )]
    NotHttp,
    /// A path, a query, a user.
    #[error(
        "it has more than host and port: the upstream gets the path that the client sent, such as /v1/sessions"
    )]
    MoreThanHost,
}

impl UpstreamUrl {
    pub(crate) const fn authority(&self) -> &Authority {
        &self.0
    }
}

impl FromStr for UpstreamUrl {
    type Err = InvalidUpstreamUrl;

    fn from_str(text: &str) -> Result<Self, InvalidUpstreamUrl> {
        let url: Uri = text.parse().map_err(|_| InvalidUpstreamUrl::NotAUrl)?;
        let (Some(scheme), Some(authority)) = (url.scheme(), url.authority()) else {
            return Err(InvalidUpstreamUrl::NotAUrl);
        };
        if *scheme != Scheme::HTTP {
            return Err(InvalidUpstreamUrl::NotHttp);
        }
        let is_bare = url.path() == "/" && url.query().is_none() && !authority.as_str().contains('@');
        if is_bare { Ok(Self(authority.clone())) } else { Err(InvalidUpstreamUrl::MoreThanHost) }
    }
}

impl fmt::Display for UpstreamUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "http://{}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_upstream_is_a_host_and_a_port() {
        for good in ["http://127.0.0.1:9000", "http://api.internal", "http://[::1]:9000/"] {
            let url: UpstreamUrl = good.parse().unwrap();
            assert_eq!(url.to_string(), good.trim_end_matches('/'));
        }
        let table = [
            ("", InvalidUpstreamUrl::NotAUrl),
            ("api.internal:9000", InvalidUpstreamUrl::NotAUrl),
            ("/v1", InvalidUpstreamUrl::NotAUrl),
            ("https://api.internal", InvalidUpstreamUrl::NotHttp),
            ("http://api.internal/base", InvalidUpstreamUrl::MoreThanHost),
            ("http://api.internal/?x", InvalidUpstreamUrl::MoreThanHost),
            ("http://user:word@api.internal", InvalidUpstreamUrl::MoreThanHost),
        ];
        for (text, refusal) in table {
            assert_eq!(text.parse::<UpstreamUrl>(), Err(refusal), "{text}");
        }
    }
}
