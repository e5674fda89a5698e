//! The middleware of both listeners, in the order in which a request meets it.
//!
//! ```text
//! public                   internal
//! ConnectionStream         ConnectionStream    server/connection/: idle and head timeouts, the framework's bare errors
//!                          fast path           internal/fast_path/: good keys, answered before HTTP is dispatched
//! HttpService              HttpService         server/http_service.rs: actix-http's dispatcher, draining
//! boundary                 boundary            request id, keys in URLs, panics, fixed headers, access log
//!   refusals as pages                          dashboard/refusal.rs: what a browser gets instead of the envelope
//! gate                                         credentials, before routing
//! routes                   routes              server/routes.rs
//! ```

mod access_log;
mod boundary;
mod framework_error;
mod gate;
mod key_in_url;
mod opener_policy;
mod request_record;

use actix_http::body::BoxBody;
use actix_http::{Request, Response};
use actix_service::ServiceFactory;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::from_fn;
use actix_web::{App, Error};

pub(super) use boundary::{Boundary, Listener};

/// The public listener's.
pub(super) fn public<T>(
    application: App<T>,
    boundary: Boundary,
) -> impl ServiceFactory<Request, Config = (), Response = Response<BoxBody>, Error = Error, InitError = ()>
where
    T: ServiceFactory<ServiceRequest, Config = (), Response = ServiceResponse, Error = Error, InitError = ()>,
    T: 'static,
{
    boundary.around(application.wrap(from_fn(gate::gate)))
}

/// The internal listener's: no gate, since `/authorize` reads the key itself and nothing else takes credentials.
pub(super) fn internal<T>(
    application: App<T>,
    boundary: Boundary,
) -> impl ServiceFactory<Request, Config = (), Response = Response<BoxBody>, Error = Error, InitError = ()>
where
    T: ServiceFactory<ServiceRequest, Config = (), Response = ServiceResponse, Error = Error, InitError = ()>,
    T: 'static,
{
    boundary.around(application)
}
