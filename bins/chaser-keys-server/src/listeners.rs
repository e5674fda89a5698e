//! Both ports, taken before anything else, so that a second server fails at once and changes nothing.

use std::net::{SocketAddr, TcpListener};

use chaser_keys_http::Listeners;

use crate::{
    config::{INTERNAL, ListenConfig, PUBLIC},
    failure::Failure,
};

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
    listener.set_nonblocking(true).map_err(cannot)?;
    Ok(listener)
}
