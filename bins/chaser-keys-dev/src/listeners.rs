//! The two ports: the usual ones, those asked for, or free ones.

use std::io;
use std::net::{Ipv4Addr, TcpListener};

use chaser_keys_server::{ListenConfig, Listeners};

use crate::failure::Failure;
use crate::output;

/// Takes both ports on loopback. Only a port that was asked for by number must be the one.
pub(crate) fn bind(port: Option<u16>) -> Result<Listeners, Failure> {
    let usual = ListenConfig::default();
    let (public, internal) = match port {
        None => (take_or_free(usual.public.port())?, take_or_free(usual.internal.port())?),
        Some(0) => (free()?, free()?),
        Some(port) => {
            let public = take(port).map_err(|source| Failure::Port { port, source })?;
            (public, port.checked_add(1).map_or_else(free, take_or_free)?)
        }
    };
    Ok(Listeners { public, internal })
}

fn take_or_free(port: u16) -> Result<TcpListener, Failure> {
    match take(port) {
        Ok(listener) => Ok(listener),
        Err(error) => {
            let listener = free()?;
            let instead = listener.local_addr().map_err(Failure::Runtime)?.port();
            output::progress(format_args!(
                "cargo dev: port {port} cannot be had ({error}); using {instead} instead"
            ));
            Ok(listener)
        }
    }
}

fn free() -> Result<TcpListener, Failure> {
    take(0).map_err(Failure::Runtime)
}

fn take(port: u16) -> io::Result<TcpListener> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_port_is_replaced_unless_it_was_asked_for() {
        let first = bind(Some(0)).unwrap();
        let taken = first.public.local_addr().unwrap().port();
        let refused = bind(Some(taken)).unwrap_err().to_string();
        assert!(refused.starts_with(&format!("--port: cannot listen on 127.0.0.1:{taken}")), "{refused}");
        assert_ne!(take_or_free(taken).unwrap().local_addr().unwrap().port(), taken);
    }
}
