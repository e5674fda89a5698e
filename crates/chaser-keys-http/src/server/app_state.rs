//! What handlers get from the application: the store, the verifier, the password hasher, metrics, options.

use std::io;

use actix_web::web::{self, Data, ServiceConfig};
use chaser_keys_storage::passwords::PasswordHasher;
use chaser_keys_storage::{Store, Verifier};
use prometheus_client::registry::Registry;

use crate::options::HttpOptions;
use crate::pass_through::{Upstream, UpstreamMetrics, forward};

/// Made once and shared by all workers.
#[derive(Clone)]
pub(super) struct AppState {
    store: Data<Store>,
    verifier: Data<Verifier>,
    hasher: Data<PasswordHasher>,
    metrics: Data<Registry>,
    upstream_metrics: UpstreamMetrics,
    pub(super) options: Data<HttpOptions>,
}

impl AppState {
    pub(super) fn new(store: Store, options: HttpOptions) -> io::Result<Self> {
        let upstream_metrics = UpstreamMetrics::default();
        let mut metrics = Registry::default();
        store.register_metrics(&mut metrics);
        if options.upstream.is_some() {
            upstream_metrics.register(&mut metrics);
        }
        Ok(Self {
            verifier: Data::new(store.node().verifier()),
            metrics: Data::new(metrics),
            upstream_metrics,
            store: Data::new(store),
            hasher: Data::new(PasswordHasher::new().map_err(io::Error::other)?),
            options: Data::new(options),
        })
    }

    pub(super) fn add_to(&self, config: &mut ServiceConfig) {
        config.app_data(self.store.clone());
        config.app_data(self.verifier.clone());
        config.app_data(self.hasher.clone());
        config.app_data(self.metrics.clone());
        config.app_data(self.options.clone());
    }

    /// Lets the upstream answer all paths below `/v1` that have no route; without an upstream they are 404.
    pub(super) fn add_upstream_to(&self, config: &mut ServiceConfig) {
        if let Some(upstream) = &self.options.upstream {
            config.app_data(Data::new(Upstream::new(upstream, self.upstream_metrics.clone())));
            config.default_service(web::to(forward));
        }
    }

    pub(super) fn store(&self) -> &Store {
        &self.store
    }
}
