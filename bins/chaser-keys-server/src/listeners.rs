//! Both ports, taken before anything else, so that a second server fails at once and changes nothing.

use std::net::{SocketAddr, TcpListener};

use chaser_keys_http::Listeners;

use crate::{
    config::{INTERNAL, ListenConfig, PUBLIC},
    failure::Failure,
};

/// Clients that may wait to be taken, up to what the system allows. The standard library's 128 are fewer than a busy proxy
/// opens connections at once, and whoever finds no place tries again only a second later.
const WAITING: i32 = 4096;

/// Takes both ports. Port 0 takes a free one.
pub fn bind(config: &ListenConfig) -> Result<Listeners, Failure> {
    let listeners =
        Listeners { public: take(PUBLIC, config.public)?, internal: take(INTERNAL, config.internal)? };
    if !config.internal.ip().is_loopback() {
        tracing::warn!(
            address = %config.internal,
            "{INTERNAL} is not a loopback address: whoever can reach it can ask about any key, so keep it inside"
        );
    }
    Ok(listeners)
}

fn take(setting: &'static str, address: SocketAddr) -> Result<TcpListener, Failure> {
    let cannot = |source| Failure::Bind { setting, address, source };
    let listener = TcpListener::bind(address).map_err(cannot)?;
    rustix::net::listen(&listener, WAITING).map_err(|error| cannot(error.into()))?;
    listener.set_nonblocking(true).map_err(cannot)?;
    Ok(listener)
}

#[cfg(test)]
mod tests {
    use std::{net::TcpStream, time::Duration};

    use super::*;

    #[test]
    fn a_crowd_that_comes_at_once_is_let_in_to_wait() {
        let any = SocketAddr::from(([127, 0, 0, 1], 0));
        let listeners = bind(&ListenConfig { public: any, internal: any }).unwrap();
        for listener in [listeners.public, listeners.internal] {
            let address = listener.local_addr().unwrap();
            // Nobody takes them yet. One too many would be told nothing, and try again a second later.
            let come = || TcpStream::connect_timeout(&address, Duration::from_millis(500)).unwrap();
            let crowd: Vec<_> = std::iter::repeat_with(come).take(400).collect();
            assert_eq!(crowd.len(), 400);
        }
    }
}
