//! Two listeners, one server: the public API, and the operator's internal one.

use std::future::Future;
use std::io;
use std::net::TcpListener;
use std::num::NonZero;
use std::rc::Rc;
use std::thread::available_parallelism;

use actix_web::dev::Server;
use chaser_keys_storage::Store;

use super::app_state::AppState;
use super::application;
use super::http_service::Connections;
use super::middleware::{Boundary, Listener};
use crate::headers::FixedHeaders;
use crate::internal::fast_path::Responder;
use crate::options::HttpOptions;
use crate::timeouts::DRAIN_TIMEOUT;

/// The sockets to serve, already bound.
#[derive(Debug)]
pub struct Listeners {
    /// The API and the dashboard.
    pub public: TcpListener,
    /// Health, readiness, metrics, `/authorize`, `/verify` and `/usage`, for the operator and for services. It
    /// authenticates no caller: it must not be reachable from outside.
    pub internal: TcpListener,
}

/// Serves until `shutdown` resolves, then finishes the requests in flight and returns.
///
/// Signals are the caller's: actix-server's own handling of SIGINT would drop requests in flight.
pub async fn serve(
    listeners: Listeners,
    store: Store,
    options: HttpOptions,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let builder = Server::build()
        .workers(workers(&options))
        .shutdown_timeout(DRAIN_TIMEOUT.as_secs())
        .shutdown_signal(shutdown);
    let signal = builder.graceful_shutdown_signal();
    let stop = move || {
        let signal = signal.clone();
        async move { signal.notified().await }
    };

    let options = options.for_listener(listeners.public.local_addr()?);
    let state = AppState::new(store, options)?;
    let (public_state, public_stop) = (state.clone(), stop.clone());
    // Each runs once per worker thread.
    let public = move || {
        let boundary = boundary(Listener::Public, public_state.options.is_behind_tls());
        let connections = connections(&boundary, None);
        connections.serve(application::public(&public_state, boundary), public_stop.clone())
    };
    let internal = move || {
        let boundary = boundary(Listener::Internal, false);
        let fast_path =
            Responder::new(state.store().clone(), &boundary.fixed_headers, Rc::clone(&boundary.draining));
        let connections = connections(&boundary, Some(Rc::new(fast_path)));
        connections.serve(application::internal(&state, boundary), stop.clone())
    };
    builder
        .listen("public", listeners.public, public)?
        .listen("internal", listeners.internal, internal)?
        .run()
        .await
}

fn boundary(listener: Listener, behind_tls: bool) -> Boundary {
    Boundary { listener, fixed_headers: Rc::new(FixedHeaders::new(behind_tls)), draining: Rc::default() }
}

fn connections(boundary: &Boundary, fast_path: Option<Rc<Responder>>) -> Connections {
    Connections {
        fixed_headers: Rc::clone(&boundary.fixed_headers),
        fast_path,
        draining: Rc::clone(&boundary.draining),
    }
}

fn workers(options: &HttpOptions) -> usize {
    match options.workers {
        0 => available_parallelism().map_or(1, NonZero::get),
        chosen => chosen.min(HttpOptions::MOST_WORKERS),
    }
}
