//! What operators see of the replica, for `/metrics` (`OpenMetrics`, through `prometheus-client`).
//!
//! Nothing here is touched when a known key is verified: those requests are counted where the key stands.

use std::sync::Arc;
use std::sync::atomic::AtomicI64;
use std::time::Duration;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeLabelSet, EncodeLabelValue, EncodeMetric};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::{ConstGauge, Gauge};
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

use super::shared::Replica;

/// From a revoke between healthy nodes, a millisecond, to one that waits for a long lease.
const BARRIER_BUCKETS: [f64; 14] =
    [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

/// Counters of this process.
pub(crate) struct Metrics {
    barriers: Family<BarrierLabels, Histogram>,
    rounds: Family<RoundLabels, Counter>,
    started_over: Counter,
    unknown: Counter,
    unproven: Counter,
    /// The latest revision that a round or a barrier has read.
    latest_rev: Gauge<i64, AtomicI64>,
    applied_rev: Gauge<i64, AtomicI64>,
}

/// Why a revoke stopped waiting.
#[derive(Clone, Copy, Debug, EncodeLabelValue, Eq, Hash, PartialEq)]
pub(super) enum BarrierOutcome {
    /// Every node has applied it.
    Acknowledged,
    /// Some node did not answer, and cannot hold a lease any more.
    LeasesRanOut,
}

/// What a round was for.
#[derive(Clone, Copy, Debug, EncodeLabelValue, Eq, Hash, PartialEq)]
pub(super) enum RoundKind {
    /// To renew the lease.
    Lease,
    /// To read changes and look up keys.
    Quick,
}

#[derive(Clone, Debug, EncodeLabelSet, Eq, Hash, PartialEq)]
struct BarrierLabels {
    outcome: BarrierOutcome,
}

#[derive(Clone, Debug, EncodeLabelSet, Eq, Hash, PartialEq)]
struct RoundLabels {
    kind: RoundKind,
}

impl Default for Metrics {
    fn default() -> Self {
        Self {
            barriers: Family::new_with_constructor(|| Histogram::new(BARRIER_BUCKETS)),
            rounds: Family::default(),
            started_over: Counter::default(),
            unknown: Counter::default(),
            unproven: Counter::default(),
            latest_rev: Gauge::default(),
            applied_rev: Gauge::default(),
        }
    }
}

impl Metrics {
    pub(super) fn barrier_passed(&self, outcome: BarrierOutcome, waited: Duration) {
        self.barriers.get_or_create(&BarrierLabels { outcome }).observe(waited.as_secs_f64());
    }

    pub(super) fn round_done(&self, kind: RoundKind) {
        self.rounds.get_or_create(&RoundLabels { kind }).inc();
    }

    pub(super) fn started_over(&self) {
        self.started_over.inc();
    }

    /// A key that this node did not know: it waits for a round.
    pub(super) fn unknown_key(&self) {
        self.unknown.inc();
    }

    /// A verification that was answered with neither yes nor no.
    pub(crate) fn unproven(&self) {
        self.unproven.inc();
    }

    pub(super) fn heard_of(&self, rev: i64) {
        self.latest_rev.inner().fetch_max(rev, std::sync::atomic::Ordering::Relaxed);
    }

    pub(super) fn applied(&self, rev: i64) {
        self.applied_rev.set(rev);
        self.heard_of(rev);
    }

    pub(super) fn applied_rev(&self) -> i64 {
        self.applied_rev.get()
    }

    pub(super) fn latest_rev(&self) -> i64 {
        self.latest_rev.get()
    }
}

/// Registers all of them for `/metrics`.
pub(crate) fn register(replica: &Arc<Replica>, registry: &mut Registry) {
    let metrics = &replica.metrics;
    let registry = registry.sub_registry_with_prefix("chaser_replica");
    registry.register_with_unit(
        "barrier",
        "How long revokes waited for all nodes after their commit",
        Unit::Seconds,
        metrics.barriers.clone(),
    );
    registry.register("rounds", "Rounds with PostgreSQL", metrics.rounds.clone());
    registry.register("started_over", "Times that all keys were loaded anew", metrics.started_over.clone());
    registry.register(
        "unknown_keys",
        "Verifications of keys that were not in memory, and waited for a round",
        metrics.unknown.clone(),
    );
    registry.register(
        "unproven",
        "Verifications answered with neither yes nor no: the lease was over, a pepper is missing, or too many look-ups waited",
        metrics.unproven.clone(),
    );
    registry.register("applied_revision", "The last change that is in memory", metrics.applied_rev.clone());
    registry.register(
        "latest_revision",
        "The last change that this node has heard of; the difference to the applied one is its lag",
        metrics.latest_rev.clone(),
    );
    registry.register_collector(Box::new(Now(Arc::clone(replica))));
}

/// Gauges that are computed when `/metrics` is read.
struct Now(Arc<Replica>);

impl std::fmt::Debug for Now {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Now")
    }
}

impl Collector for Now {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), std::fmt::Error> {
        let status = self.0.status();
        let seconds = [
            ("lease_left", "How long this node may answer without another proof", status.lease_left),
            ("proof_age", "Since the last proof that this node knows everything", status.proof_age),
        ];
        for (name, help, value) in seconds {
            let gauge = ConstGauge::new(value.as_secs_f64());
            let metric = encoder.encode_descriptor(name, help, Some(&Unit::Seconds), gauge.metric_type())?;
            gauge.encode(metric)?;
        }
        let counts = [
            ("keys", "Keys in memory", status.keys),
            ("members", "Nodes that may accept keys, this one included", status.members),
            ("serving", "1 while this node answers for keys", usize::from(!status.lease_left.is_zero())),
        ];
        for (name, help, value) in counts {
            let gauge = ConstGauge::new(i64::try_from(value).unwrap_or(i64::MAX));
            gauge.encode(encoder.encode_descriptor(name, help, None, gauge.metric_type())?)?;
        }
        Ok(())
    }
}
