//! From the table of routes to an actix application: what the framework would answer by itself is
//! answered here, with the envelope.

use std::collections::BTreeSet;
use std::io;

use actix_web::http::Method;
use actix_web::web::{self, Data, ServiceConfig};
use actix_web::{HttpResponse, Resource};
use chaser_keys_storage::passwords::PasswordHasher;
use chaser_keys_storage::{Store, Verifier};
use prometheus_client::registry::Registry;

use crate::error::ApiError;
use crate::metrics;
use crate::options::HttpOptions;
use crate::pass_through::{Upstream, UpstreamMetrics, carry};
use crate::routes::Route;

/// What handlers are given: made once, shared by all workers.
#[derive(Clone)]
pub(crate) struct Parts {
    store: Data<Store>,
    verifier: Data<Verifier>,
    hasher: Data<PasswordHasher>,
    metrics: Data<Registry>,
    upstream_metrics: UpstreamMetrics,
    pub(crate) options: Data<HttpOptions>,
}

impl Parts {
    pub(crate) fn new(store: Store, options: HttpOptions) -> io::Result<Self> {
        let upstream_metrics = UpstreamMetrics::default();
        Ok(Self {
            verifier: Data::new(store.verifier()),
            metrics: Data::new(metrics::registry(
                &store,
                options.upstream.is_some().then_some(&upstream_metrics),
            )),
            upstream_metrics,
            store: Data::new(store),
            hasher: Data::new(PasswordHasher::new().map_err(io::Error::other)?),
            options: Data::new(options),
        })
    }

    pub(crate) fn add_to(&self, config: &mut ServiceConfig) {
        config.app_data(self.store.clone());
        config.app_data(self.verifier.clone());
        config.app_data(self.hasher.clone());
        config.app_data(self.metrics.clone());
        config.app_data(self.options.clone());
    }

    /// Lets the upstream answer all paths below `/v1` that have no route; without one they are 404.
    pub(crate) fn add_upstream_to(&self, config: &mut ServiceConfig) {
        if let Some(upstream) = &self.options.upstream {
            config.app_data(Data::new(Upstream::new(upstream, self.upstream_metrics.clone())));
            config.default_service(web::to(carry));
        }
    }
}

/// Registers the routes, the 405 of every other method on their paths, and what everything else is told.
pub(crate) fn configure(config: &mut ServiceConfig, routes: &'static [Route], elsewhere: fn() -> ApiError) {
    let paths: BTreeSet<_> = routes.iter().map(Route::path).collect();
    for path in paths {
        config.service(resource(path, routes));
    }
    config.default_service(web::to(move || async move { refuse(elsewhere()) }));
}

fn resource(path: &'static str, routes: &'static [Route]) -> Resource {
    let here = || routes.iter().filter(move |route| route.path() == path);
    let allowed = allowed_methods(here());
    let unknown_method = web::to(move || {
        let allowed = allowed.clone();
        async move { refuse(ApiError::MethodNotAllowed { allowed }) }
    });
    here().fold(web::resource(path).default_service(unknown_method), |resource, route| {
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
