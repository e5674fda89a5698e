//! What operators see of reports by services, for `/metrics`.

use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::registry::Registry;

/// Counters of this process.
#[derive(Clone, Default)]
pub(crate) struct UsageMetrics {
    reports: Family<IngestLabels, Counter>,
}

/// What became of a batch that a service sent.
#[derive(Clone, Copy, Debug, EncodeLabelValue, Eq, Hash, PartialEq)]
pub(super) enum IngestLabel {
    /// It was counted.
    Counted,
    /// It had been counted before.
    Repeated,
    /// It cannot be counted as it is.
    Refused,
    /// The database did not answer; the service sends it again.
    Failed,
}

#[derive(Clone, Debug, EncodeLabelSet, Eq, Hash, PartialEq)]
struct IngestLabels {
    outcome: IngestLabel,
}

impl UsageMetrics {
    pub(super) fn reported(&self, outcome: IngestLabel) {
        self.reports.get_or_create(&IngestLabels { outcome }).inc();
    }

    /// Adds everything to what `/metrics` tells.
    pub(crate) fn register(&self, registry: &mut Registry) {
        let registry = registry.sub_registry_with_prefix("chaser_usage");
        registry.register("reports", "Batches of usage that services sent", self.reports.clone());
    }
}
