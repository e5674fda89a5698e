//! What a client of the API speaks to.

use crate::gateway::Gateway;

pub(crate) enum Front {
    /// A proxy that asks the authority.
    Proxy(Gateway),
    /// The authority itself, at its public address.
    PassThrough(String),
}

impl Front {
    pub(crate) fn url(&self) -> &str {
        match self {
            Self::Proxy(gateway) => &gateway.url,
            Self::PassThrough(url) => url,
        }
    }
}
