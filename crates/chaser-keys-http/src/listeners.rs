//! Two listeners, one server: the public API, and the operator's internal one.

use std::cell::Cell;
use std::future::{Future, ready};
use std::io;
use std::net::TcpListener;
use std::num::NonZero;
use std::rc::Rc;
use std::thread::available_parallelism;
use std::time::Duration;

use actix_http::body::BoxBody;
use actix_http::error::DispatchError;
use actix_http::{HttpService, KeepAlive, Request, Response};
use actix_service::{ServiceFactory, ServiceFactoryExt, fn_service};
use actix_web::dev::Server;
use actix_web::middleware::from_fn;
use actix_web::rt::net::TcpStream;
use actix_web::rt::time::sleep;
use actix_web::{App, Error};
use chaser_keys_storage::Store;

use crate::application::{self, Parts};
use crate::authentication::gate;
use crate::boundary::{self, FixedHeaders};
use crate::connection::GuardedStream;
use crate::dashboard::refusal::as_pages;
use crate::error::ApiError;
use crate::gateway::express::Express;
use crate::options::HttpOptions;
use crate::routes::{INTERNAL_ROUTES, PUBLIC_ROUTES};

/// For requests in flight when the server is told to stop.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(30);
/// Until then a client that comes back would meet a listener that takes its connection and never serves it.
const LISTENERS_CLOSE: Duration = Duration::from_millis(100);
/// For requests that are under way on connections without one: a client learns only with its next answer that it has to go.
const LAST_REQUESTS: Duration = Duration::from_secs(1);
/// For the rest of a refused upload to come in, so that the client reads the refusal and not a reset.
const DISCARD_TIMEOUT: Duration = Duration::from_secs(1);

/// The sockets to serve, bound by whoever chose their addresses.
#[derive(Debug)]
pub struct Listeners {
    /// For the world.
    pub public: TcpListener,
    /// For the operator and our own services: health, readiness, metrics, `/authorize`, `/verify`, `/usage`. It asks
    /// nobody who they are; never to be reached from outside.
    pub internal: TcpListener,
}

/// Serves until `shutdown` resolves, then finishes the requests in flight and returns.
///
/// Signals are the caller's affair: by itself the framework would take SIGINT for "drop everything".
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
    let stopping = builder.graceful_shutdown_signal();
    let stopping = move || {
        let stopping = stopping.clone();
        async move { stopping.notified().await }
    };

    let options = options.for_listener(listeners.public.local_addr()?);
    let verifier = store.node().verifier();
    let parts = Parts::new(store, options)?;
    let (public_parts, public_stopping) = (parts.clone(), stopping.clone());
    let public = move || {
        let application = App::new()
            .configure(|config| public_parts.add_to(config))
            .configure(|config| application::configure(config, PUBLIC_ROUTES, || ApiError::NotFound))
            .configure(|config| public_parts.add_upstream_to(config))
            .wrap(from_fn(gate))
            .wrap(from_fn(as_pages));
        let fixed = Rc::new(FixedHeaders::new(public_parts.options.is_behind_tls()));
        let leaving = Rc::default();
        let bounded = boundary::around(application, Rc::clone(&fixed), Rc::clone(&leaving));
        connections(bounded, fixed, None, leaving, public_stopping.clone())
    };
    let internal = move || {
        let application = App::new()
            .configure(|config| parts.add_to(config))
            .configure(|config| application::configure(config, INTERNAL_ROUTES, || ApiError::NotInternal));
        let fixed = Rc::new(FixedHeaders::new(false));
        let leaving = Rc::default();
        let bounded = boundary::around(application, Rc::clone(&fixed), Rc::clone(&leaving));
        let express = Rc::new(Express::new(verifier.clone(), Rc::clone(&leaving)));
        connections(bounded, fixed, Some(express), leaving, stopping.clone())
    };
    builder
        .listen("public", listeners.public, public)?
        .listen("internal", listeners.internal, internal)?
        .run()
        .await
}

/// Speaks HTTP/1 on each connection, through a stream that guards it.
fn connections<S, D>(
    application: S,
    fixed_headers: Rc<FixedHeaders>,
    express: Option<Rc<Express>>,
    leaving: Rc<Cell<bool>>,
    stopping: impl Fn() -> D + Clone + 'static,
) -> impl ServiceFactory<TcpStream, Config = (), Response = (), Error = DispatchError, InitError = ()>
where
    S: ServiceFactory<Request, Config = (), Response = Response<BoxBody>, Error = Error, InitError = ()>,
    S: 'static,
    D: Future<Output = ()> + 'static,
{
    // By itself the framework closes idle connections the moment it is told to stop, and with them requests that
    // are on their way.
    let draining = move || {
        let (leaving, stopping) = (Rc::clone(&leaving), stopping.clone());
        async move {
            stopping().await;
            sleep(LISTENERS_CLOSE).await;
            leaving.set(true);
            sleep(LAST_REQUESTS).await;
        }
    };
    let http = HttpService::build()
        // The stream itself closes idle connections and those whose heads do not come: the dispatcher's timers for the
        // same are set and cleared with every request, and count only requests that it sees.
        .keep_alive(KeepAlive::Os)
        .client_request_timeout(Duration::ZERO)
        .client_disconnect_timeout(DISCARD_TIMEOUT)
        // A client that has closed its side is gone, as to nginx and hyper: what was begun for it, also at an
        // upstream, is dropped.
        .h1_allow_half_closed(false)
        .graceful_shutdown_signal(draining)
        .on_connect_ext(|stream: &GuardedStream, data| {
            data.insert(Rc::clone(stream.patience()));
            data.insert(Rc::clone(stream.foreign_answer()));
        })
        .h1(application);
    fn_service(move |stream: TcpStream| {
        // Or the answer to a pipelined request waits until the client has confirmed the one before: 40 ms.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "a connection keeps Nagle's algorithm");
        }
        let peer = stream.peer_addr().ok();
        ready(Ok((GuardedStream::new(stream, Rc::clone(&fixed_headers), express.clone()), peer)))
    })
    .and_then(http)
}

fn workers(options: &HttpOptions) -> usize {
    match options.workers {
        0 => available_parallelism().map_or(1, NonZero::get),
        chosen => chosen.min(HttpOptions::MOST_WORKERS),
    }
}
