//! `/metrics`: `OpenMetrics` text, as Prometheus scrapes it.

use actix_web::HttpResponse;
use actix_web::web::Data;
use prometheus_client::encoding::text::encode;
use prometheus_client::registry::Registry;

use crate::error::ApiError;

/// <https://prometheus.io/docs/specs/om/open_metrics_spec/>
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

pub(crate) async fn get_metrics(registry: Data<Registry>) -> Result<HttpResponse, ApiError> {
    let mut text = String::new();
    encode(&mut text, &registry).map_err(ApiError::internal)?;
    Ok(HttpResponse::Ok().content_type(OPEN_METRICS).body(text))
}
