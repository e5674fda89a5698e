//! How many take part, how badly clocks run, and which faults may strike besides those that always may.

/// The bounds of one exploration. Rounds, requests, faults and time are not bounded: the state space closes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Surroundings {
    /// Nodes that verify: 1 or 2.
    pub(crate) nodes: usize,
    /// How many of them are asked to verify; the others only take part in the membership.
    pub(crate) asked_nodes: usize,
    /// Nodes that are asked to DELETE the key: 1 or 2.
    pub(crate) revokers: usize,
    /// By how much a verifying node's clock may advance in one tick of true time. None: time stands still.
    pub(crate) node_clock: &'static [u8],
    /// The same for the clocks of those who revoke and sweep.
    pub(crate) revoker_clock: &'static [u8],
    pub(crate) faults: &'static [Fault],
    pub(crate) failover: Failover,
    /// Nodes remember that they were swept, so that their return can be shown.
    pub(crate) remembers_sweeps: bool,
}

/// A fault that can be left out. Pauses and silence of any length cannot: they are steps that do not happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// A round ends in the middle, its requests to PostgreSQL executed or not.
    LostConnections,
    /// An UPDATE reaches PostgreSQL after its sender gave it up.
    LateUpdates,
    /// Changes are trimmed, possibly as soon as they are committed.
    Trimming,
    /// A verifying process crashes, or stops cleanly, and starts again with a fresh id.
    Crashes,
}

/// What the failover, which happens once at most, may lose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Failover {
    /// There is no standby.
    Never,
    /// Synchronous replication: nothing that anyone has seen.
    LosesNothing,
    /// Asynchronous replication, lucky: registrations, beats, sweeps, other changes, but not the revoke.
    LosesAllButTheRevoke,
    /// Asynchronous replication: whatever the standby has not received.
    LosesAnything,
}

/// One tick is 2.5 units of true time: a clock 20 % slow advances by 2, one 20 % fast by 3.
pub(crate) const SLOW: u8 = 2;
/// See [`SLOW`].
pub(crate) const FAST: u8 = 3;

impl Surroundings {
    /// One verifying node, one DELETE, nothing worse than pauses. A lease of 2 units ends within one tick at
    /// either rate, so the slow one stands for both.
    pub(crate) const fn calm() -> Self {
        Self {
            nodes: 1,
            asked_nodes: 1,
            revokers: 1,
            node_clock: &[SLOW],
            revoker_clock: &[SLOW, FAST],
            faults: &[],
            failover: Failover::Never,
            remembers_sweeps: false,
        }
    }

    /// [`calm`](Self::calm) but for one failover. The revoker's clock is fast, which is its dangerous side.
    pub(crate) const fn one_failover(failover: Failover) -> Self {
        Self { revoker_clock: &[FAST], failover, ..Self::calm() }
    }

    /// Two DELETEs, on different nodes, and every fault but a failover.
    pub(crate) const fn harsh() -> Self {
        let faults = &[Fault::LostConnections, Fault::LateUpdates, Fault::Trimming, Fault::Crashes];
        Self { revokers: 2, faults, ..Self::calm() }
    }

    pub(crate) fn have(&self, fault: Fault) -> bool {
        self.faults.contains(&fault)
    }
}
