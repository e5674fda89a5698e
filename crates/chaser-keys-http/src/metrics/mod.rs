//! What monitoring reads: `OpenMetrics` text, as Prometheus scrapes it. Internal listener only.

use actix_web::HttpResponse;
use actix_web::web::Data;
use chaser_keys_storage::Store;
use prometheus_client::encoding::text::encode;
use prometheus_client::registry::Registry;

use crate::error::ApiError;
use crate::pass_through::UpstreamMetrics;

/// <https://prometheus.io/docs/specs/om/open_metrics_spec/>
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Everything that is told.
pub(crate) fn registry(store: &Store, upstream: Option<&UpstreamMetrics>) -> Registry {
    let mut registry = Registry::default();
    store.register_metrics(&mut registry);
    if let Some(upstream) = upstream {
        upstream.register(&mut registry);
    }
    registry
}

pub(crate) async fn get_metrics(registry: Data<Registry>) -> Result<HttpResponse, ApiError> {
    let mut text = String::new();
    encode(&mut text, &registry).map_err(|error| ApiError::Internal { cause: error.to_string() })?;
    Ok(HttpResponse::Ok().content_type(OPEN_METRICS).body(text))
}
