//! The two actix applications, made from the table of routes.

use std::collections::BTreeSet;

use actix_http::body::BoxBody;
use actix_http::{Request, Response};
use actix_service::ServiceFactory;
use actix_web::http::Method;
use actix_web::web::{self, ServiceConfig};
use actix_web::{App, Error, HttpResponse, Resource};

use super::app_state::AppState;
use super::middleware::{self, Boundary};
use super::routes::{INTERNAL_ROUTES, PUBLIC_ROUTES, Route};
use crate::error::ApiError;

/// What the public listener serves: the API, the dashboard, and the upstream's paths.
pub(super) fn public(
    state: &AppState,
    boundary: Boundary,
) -> impl ServiceFactory<Request, Config = (), Response = Response<BoxBody>, Error = Error, InitError = ()> + use<>
{
    let application = App::new()
        .configure(|config| state.add_to(config))
        .configure(|config| add_routes(config, PUBLIC_ROUTES, || ApiError::NotFound))
        .configure(|config| state.add_upstream_to(config));
    middleware::public(application, boundary)
}

/// What the internal listener serves.
pub(super) fn internal(
    state: &AppState,
    boundary: Boundary,
) -> impl ServiceFactory<Request, Config = (), Response = Response<BoxBody>, Error = Error, InitError = ()> + use<>
{
    let application = App::new()
        .configure(|config| state.add_to(config))
        .configure(|config| add_routes(config, INTERNAL_ROUTES, || ApiError::NotInternal));
    middleware::internal(application, boundary)
}

/// Registers the routes, the 405 for other methods on their paths, and the 404 for other paths: the framework's own have
/// no envelope.
fn add_routes(config: &mut ServiceConfig, routes: &'static [Route], not_found: fn() -> ApiError) {
    let paths: BTreeSet<_> = routes.iter().map(Route::path).collect();
    for path in paths {
        config.service(resource(path, routes));
    }
    config.default_service(web::to(move || async move { refuse(not_found()) }));
}

fn resource(path: &'static str, routes: &'static [Route]) -> Resource {
    let here = || routes.iter().filter(move |route| route.path() == path);
    let allowed = allowed_methods(here());
    let method_not_allowed = web::to(move || {
        let allowed = allowed.clone();
        async move { refuse(ApiError::MethodNotAllowed { allowed }) }
    });
    here().fold(web::resource(path).default_service(method_not_allowed), |resource, route| {
        let Some(method) = &route.method else { return resource.route((route.handler)()) };
        let resource = resource.route((route.handler)().method(method.clone()));
        if method == Method::GET { resource.route((route.handler)().method(Method::HEAD)) } else { resource }
    })
}

/// The methods of a path as the `Allow` header lists them.
fn allowed_methods(routes: impl Iterator<Item = &'static Route>) -> String {
    let listed: Vec<_> = routes
        .map(|route| if route.method == Some(Method::GET) { "GET, HEAD" } else { route.method() })
        .collect();
    listed.join(", ")
}

fn refuse(error: ApiError) -> Result<HttpResponse, ApiError> {
    Err(error)
}
