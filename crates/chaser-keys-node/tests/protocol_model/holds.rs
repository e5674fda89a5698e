//! The protocol as designed keeps its promise in every reachable state.

use crate::check::assert_holds;
use crate::protocol::{Joining, Protocol, Timeline};
use crate::surroundings::{FAST, Failover, Fault, SLOW, Surroundings};

const DESIGNED: Protocol = Protocol::designed();
/// As [`DESIGNED`], in finer units: a lease lasts two slow ticks, a wait two fast ones.
const FINER: Protocol = Protocol { lease: 4, wait: 6, ..DESIGNED };
const CALM: Surroundings = Surroundings::calm();
const HARSH: Surroundings = Surroundings::harsh();

#[test]
fn the_promise_holds_under_every_fault() {
    assert_holds("every fault", DESIGNED, HARSH);
}

#[test]
fn the_promise_holds_with_finer_clocks() {
    let faults = &[Fault::LostConnections, Fault::Crashes];
    let surroundings = Surroundings { node_clock: &[SLOW, FAST], faults, ..CALM };
    assert_holds("finer clocks", FINER, surroundings);
}

/// The other safe order of joining.
#[test]
fn the_promise_holds_if_a_node_without_a_lease_loads_before_it_registers() {
    let protocol = Protocol { joining: Joining::LoadsThenRegisters, ..DESIGNED };
    let faults = &[Fault::LostConnections, Fault::LateUpdates, Fault::Trimming, Fault::Crashes];
    let surroundings = Surroundings { faults, revoker_clock: &[FAST], ..CALM };
    assert_holds("loading before registering", protocol, surroundings);
}

/// The nodes are alike, so it is enough to ask one of them. The revoker's clock is on its dangerous side.
#[test]
fn the_promise_holds_with_another_node_to_wait_for() {
    let surroundings = Surroundings { nodes: 2, revoker_clock: &[FAST], ..CALM };
    assert_holds("two nodes", DESIGNED, surroundings);
}

#[test]
fn the_promise_holds_through_a_failover_with_synchronous_replication() {
    let faults = &[Fault::LostConnections, Fault::LateUpdates];
    let surroundings = Surroundings { faults, ..Surroundings::one_failover(Failover::LosesNothing) };
    assert_holds("a failover that loses nothing", DESIGNED, surroundings);
}

/// Then nobody needs to notice it: the check of the timeline is a second line of defence.
#[test]
fn the_promise_holds_through_a_synchronous_failover_even_if_nobody_notices_it() {
    let protocol = Protocol { timeline: Timeline::Ignored, ..DESIGNED };
    let surroundings = Surroundings::one_failover(Failover::LosesNothing);
    assert_holds("a failover that loses nothing, unnoticed", protocol, surroundings);
}

/// What the check of the timeline is for: registrations, beats and sweeps are lost, revisions given out twice.
#[test]
fn the_promise_holds_through_a_failover_that_loses_everything_but_the_revoke() {
    let surroundings = Surroundings::one_failover(Failover::LosesAllButTheRevoke);
    assert_holds("a failover that loses all but the revoke", DESIGNED, surroundings);
}

/// 8 million states, minutes even when optimized: `just model`, for changes of the protocol itself.
#[cfg(feature = "large-model")]
#[test]
fn the_promise_holds_in_larger_worlds() {
    let surroundings = Surroundings { node_clock: &[SLOW, FAST], ..HARSH };
    assert_holds("every fault, finer clocks", FINER, surroundings);
    let surroundings = Surroundings { nodes: 2, asked_nodes: 2, ..CALM };
    assert_holds("two nodes, both asked", DESIGNED, surroundings);
}
