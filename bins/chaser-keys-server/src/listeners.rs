//! Binds both ports before anything else, so that a second server fails immediately and changes nothing.

use std::net::{SocketAddr, TcpListener};

use chaser_keys_http::Listeners;

use crate::config::{INTERNAL, ListenConfig, PUBLIC};
use crate::failure::Failure;

/// Listen backlog; the system may allow less. The standard library's 128 is less than a busy proxy opens at the same
/// time, and a dropped SYN is retried only after a second.
const BACKLOG: i32 = 4096;

/// Binds both ports; port 0 means a free one.
pub fn bind(config: &ListenConfig) -> Result<Listeners, Failure> {
    let listeners =
        Listeners { public: listen(PUBLIC, config.public)?, internal: listen(INTERNAL, config.internal)? };
    if !config.internal.ip().is_loopback() {
        tracing::warn!(
            address = %config.internal,
            "{INTERNAL} is not a loopback address: everyone who can reach it can verify any key, so keep it on a private network"
        );
    }
    Ok(listeners)
}

fn listen(setting: &'static str, address: SocketAddr) -> Result<TcpListener, Failure> {
    let failed = |source| Failure::Bind { setting, address, source };
    let listener = TcpListener::bind(address).map_err(failed)?;
    rustix::net::listen(&listener, BACKLOG).map_err(|error| failed(error.into()))?;
    listener.set_nonblocking(true).map_err(failed)?;
    Ok(listener)
}

#[cfg(test)]
mod tests {
    use std::net::TcpStream;
    use std::time::Duration;

    use super::*;

    #[test]
    fn four_hundred_clients_that_connect_together_are_queued() {
        let any = SocketAddr::from(([127, 0, 0, 1], 0));
        let listeners = bind(&ListenConfig { public: any, internal: any }).unwrap();
        for listener in [listeners.public, listeners.internal] {
            let address = listener.local_addr().unwrap();
            // Nothing accepts them. A client beyond the backlog would get no answer to its SYN.
            let connect = || TcpStream::connect_timeout(&address, Duration::from_millis(500)).unwrap();
            let clients: Vec<_> = std::iter::repeat_with(connect).take(400).collect();
            assert_eq!(clients.len(), 400);
        }
    }
}
