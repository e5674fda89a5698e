//! Metrics of the usage that services submit, for `/metrics`.

use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::registry::Registry;

/// Counters of this process.
#[derive(Clone, Default)]
pub(crate) struct UsageMetrics {
    reports: Family<IngestLabels, Counter>,
}

/// The outcome of a batch that a service submitted.
#[derive(Clone, Copy, Debug, EncodeLabelValue, Eq, Hash, PartialEq)]
pub(crate) enum IngestLabel {
    /// It was counted.
    Counted,
    /// It had been counted before.
    Repeated,
    /// A retry cannot succeed: an unknown key, a reused id or too large a number.
    Refused,
    /// The database did not answer; the service retries.
    Failed,
}

#[derive(Clone, Debug, EncodeLabelSet, Eq, Hash, PartialEq)]
struct IngestLabels {
    outcome: IngestLabel,
}

impl UsageMetrics {
    pub(crate) fn reported(&self, outcome: IngestLabel) {
        self.reports.get_or_create(&IngestLabels { outcome }).inc();
    }

    /// Adds the counters to a registry.
    pub(crate) fn register(&self, registry: &mut Registry) {
        let registry = registry.sub_registry_with_prefix("chaser_usage");
        registry.register("reports", "Batches of usage that services sent", self.reports.clone());
    }
}
