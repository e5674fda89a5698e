//! The upstream's part of `/metrics`.

use std::time::Duration;

use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue};
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

use crate::error::ApiError;

/// Seconds: from a cached response to a long poll.
const BUCKETS: [f64; 12] = [0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0];

/// Of this process: clones share the counters.
#[derive(Clone)]
pub(crate) struct UpstreamMetrics {
    answers: Family<Labels, Histogram>,
}

/// How a forwarded request ended.
#[derive(Clone, Copy, Debug, EncodeLabelValue, Eq, Hash, PartialEq)]
enum Outcome {
    /// The upstream responded, with any status.
    Answered,
    /// It could not be reached, or did not speak HTTP.
    Failed,
    /// It sent nothing for too long.
    TimedOut,
    /// The client did not send the body that it had announced.
    ClientFailed,
}

#[derive(Clone, Debug, EncodeLabelSet, Eq, Hash, PartialEq)]
struct Labels {
    outcome: Outcome,
}

impl Default for UpstreamMetrics {
    fn default() -> Self {
        Self { answers: Family::new_with_constructor(|| Histogram::new(BUCKETS)) }
    }
}

impl UpstreamMetrics {
    /// Records how a request ended, and the time until the head of the response.
    pub(super) fn record<T>(&self, answer: &Result<T, ApiError>, after: Duration) {
        let outcome = match answer {
            Ok(_) => Outcome::Answered,
            Err(ApiError::UpstreamTimeout { .. }) => Outcome::TimedOut,
            Err(ApiError::MalformedRequest | ApiError::RequestTimeout) => Outcome::ClientFailed,
            Err(_) => Outcome::Failed,
        };
        self.answers.get_or_create(&Labels { outcome }).observe(after.as_secs_f64());
    }

    /// Adds the metrics to `/metrics`.
    pub(crate) fn register(&self, registry: &mut Registry) {
        let registry = registry.sub_registry_with_prefix("chaser_upstream");
        let help = "Time until the upstream responded to a request, or failed to";
        registry.register_with_unit("answer", help, Unit::Seconds, self.answers.clone());
    }
}
