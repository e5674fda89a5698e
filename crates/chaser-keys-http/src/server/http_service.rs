//! Speaks HTTP/1 on each accepted connection: actix-http's dispatcher over a `ConnectionStream`.

use std::cell::Cell;
use std::future::{Future, ready};
use std::rc::Rc;
use std::time::Duration;

use actix_http::body::BoxBody;
use actix_http::error::DispatchError;
use actix_http::{HttpService, KeepAlive, Request, Response};
use actix_service::{ServiceFactory, ServiceFactoryExt, fn_service};
use actix_web::Error;
use actix_web::rt::net::TcpStream;
use actix_web::rt::time::sleep;

use super::connection::ConnectionStream;
use crate::headers::FixedHeaders;
use crate::internal::fast_path::Responder;
use crate::timeouts::{DISCONNECT_TIMEOUT, LAST_REQUESTS, LISTENERS_CLOSE};

/// What the connections of one listener share on a worker.
pub(super) struct Connections {
    pub(super) fixed_headers: Rc<FixedHeaders>,
    /// Answers before the dispatcher what it can; none on the public listener.
    pub(super) fast_path: Option<Rc<Responder>>,
    /// Set here while the server stops; the boundary and the fast path read it.
    pub(super) draining: Rc<Cell<bool>>,
}

impl Connections {
    /// Serves connections until `stop` resolves, and for a moment longer.
    pub(super) fn serve<S, D>(
        self,
        application: S,
        stop: impl Fn() -> D + Clone + 'static,
    ) -> impl ServiceFactory<TcpStream, Config = (), Response = (), Error = DispatchError, InitError = ()>
    where
        S: ServiceFactory<Request, Config = (), Response = Response<BoxBody>, Error = Error, InitError = ()>,
        S: 'static,
        D: Future<Output = ()> + 'static,
    {
        let Self { fixed_headers, fast_path, draining } = self;
        let http = HttpService::build()
            // `ConnectionStream` has the idle and head timeouts: the dispatcher's are set and cleared with every request,
            // and do not count requests that the fast path answers.
            .keep_alive(KeepAlive::Os)
            .client_request_timeout(Duration::ZERO)
            .client_disconnect_timeout(DISCONNECT_TIMEOUT)
            // A client that closed its side is gone, as for nginx and hyper: work for it is dropped, also at an upstream.
            .h1_allow_half_closed(false)
            .graceful_shutdown_signal(move || drain(stop(), Rc::clone(&draining)))
            .on_connect_ext(|stream: &ConnectionStream, data| {
                data.insert(Rc::clone(stream.timer()));
                data.insert(Rc::clone(stream.upstream_body()));
            })
            .h1(application);
        fn_service(move |stream: TcpStream| {
            // With Nagle's algorithm, the response to a pipelined request waits up to 40 ms for the client's ACK.
            if let Err(error) = stream.set_nodelay(true) {
                tracing::debug!(%error, "a connection keeps Nagle's algorithm");
            }
            let peer = stream.peer_addr().ok();
            ready(Ok((ConnectionStream::new(stream, Rc::clone(&fixed_headers), fast_path.clone()), peer)))
        })
        .and_then(http)
    }
}

/// Resolves when the dispatcher may close connections. Left alone it would close idle ones as soon as the server is told
/// to stop, and lose the requests that are on their way to them.
async fn drain(stop: impl Future<Output = ()>, draining: Rc<Cell<bool>>) {
    stop.await;
    sleep(LISTENERS_CLOSE).await;
    draining.set(true);
    sleep(LAST_REQUESTS).await;
}
