//! Creating a key is not announced, and yet both promises hold: a new key works on every node, and no node accepts it
//! once its revoke has answered.

use crate::check::{assert_holds, assert_possible};
use crate::look_up_choices::{Adding, Answers, ChangeOfUnknownKey, LookUps, RowsFrom, SecondDecision};
use crate::node::{Decision, Request};
use crate::protocol::{Joining, Protocol};
use crate::surroundings::{FAST, Fault, Surroundings};
use crate::world::Known;

const OURS: LookUps = LookUps::designed();
const CALM: Surroundings = Surroundings::a_key_is_created();
/// The product's order of joining: a load looks nothing up.
const LOADS_FIRST: Protocol = Protocol { joining: Joining::LoadsThenRegisters, ..Protocol::designed() };

#[test]
fn both_promises_hold_for_a_key_that_nothing_announces() {
    let faults = &[Fault::LostConnections, Fault::Trimming];
    let surroundings = Surroundings { revoker_clock: &[FAST], faults, ..CALM };
    assert_holds("a key is created", LOADS_FIRST, surroundings);
}

/// Here a load looks up like any round.
#[test]
fn both_promises_hold_for_a_key_that_nothing_announces_if_nodes_register_first() {
    assert_holds("a key is created, registering first", Protocol::designed(), CALM);
}

#[test]
fn looking_up_after_the_changes_were_read_is_as_good() {
    assert_is_as_good("looked up after the changes", LookUps { rows_from: RowsFrom::NewerSnapshot, ..OURS });
}

/// In a snapshot older than that of the changes.
#[test]
fn looking_up_before_the_changes_are_read_is_as_good_if_they_are_applied_last() {
    let look_ups = LookUps { rows_from: RowsFrom::OlderSnapshot, adding: Adding::BeforeTheChanges, ..OURS };
    assert_is_as_good("looked up and added before the changes", look_ups);
}

#[test]
fn looking_up_before_the_changes_are_read_is_as_good_if_rows_never_replace_what_the_changes_added() {
    let adding = Adding::AfterTheChangesIfAbsent;
    let look_ups = LookUps { rows_from: RowsFrom::OlderSnapshot, adding, ..OURS };
    assert_is_as_good("looked up before the changes, added if absent", look_ups);
}

#[test]
fn looking_up_in_a_round_that_reads_no_changes_is_as_good_if_it_renews_no_lease() {
    let look_ups = LookUps { rows_from: RowsFrom::RoundWithoutChanges, ..OURS };
    assert_is_as_good("looked up without the changes", look_ups);
}

#[test]
fn applying_the_changes_after_the_rows_is_as_good_in_one_snapshot() {
    assert_is_as_good("rows, then changes", LookUps { adding: Adding::BeforeTheChanges, ..OURS });
}

#[test]
fn adding_only_what_is_absent_is_as_good_in_one_snapshot() {
    assert_is_as_good("added if absent", LookUps { adding: Adding::AfterTheChangesIfAbsent, ..OURS });
}

#[test]
fn skipping_the_change_of_an_unknown_key_is_as_good() {
    let change_of_unknown_key = ChangeOfUnknownKey::IsSkipped;
    assert_is_as_good("changes of unknown keys skipped", LookUps { change_of_unknown_key, ..OURS });
}

/// No request begins between the end of the lease and the load, so whoever waits had begun before it.
#[test]
fn an_answer_by_a_load_is_as_good_on_a_node_without_a_lease() {
    assert_is_as_good("answered by a load", LookUps { answers: Answers::ByAnyLoadToo, ..OURS });
}

/// It is the shorter one. A request that waits until it is over is refused for nothing, though.
#[test]
fn keeping_the_lease_of_the_first_decision_is_as_good() {
    let second_decision = SecondDecision::KeepsItsLease;
    assert_is_as_good("the first lease kept", LookUps { second_decision, ..OURS });
}

#[test]
fn a_request_that_missed_a_new_key_finds_it() {
    assert_possible(CALM, "a second decision finds the key", |_, world| {
        is_decided_again(world.nodes[0].request) && world.nodes[0].holds_key()
    });
}

#[test]
fn a_key_that_does_not_exist_is_refused() {
    assert_possible(CALM, "a second decision finds no key", |_, world| {
        is_decided_again(world.nodes[0].request) && world.nodes[0].knows() == Known::Absent
    });
}

#[test]
fn the_change_of_an_unknown_key_adds_it_as_ended() {
    assert_possible(CALM, "a key that was never looked up is known as ended", |_, world| {
        world.nodes[0].knows() == Known::Ended && world.nodes[0].request == Request::None
    });
}

fn is_decided_again(request: Request) -> bool {
    matches!(request, Request::HasLease { decision: Decision::Second, .. })
}

fn assert_is_as_good(name: &str, look_ups: LookUps) {
    let surroundings = Surroundings { revoker_clock: &[FAST], ..CALM };
    assert_holds(name, Protocol { look_ups, ..LOADS_FIRST }, surroundings);
}

/// Minutes: see [`holds`](crate::holds).
#[cfg(feature = "large-model")]
#[test]
fn both_promises_hold_for_a_key_that_nothing_announces_under_every_fault() {
    let faults = &[Fault::LostConnections, Fault::LateUpdates, Fault::Trimming, Fault::Crashes];
    let surroundings = Surroundings { faults, ..CALM };
    assert_holds("a key is created, every fault", LOADS_FIRST, surroundings);
    let surroundings = Surroundings { revoker_clock: &[FAST], ..surroundings };
    assert_holds("a key is created, every fault, registering first", Protocol::designed(), surroundings);
}

/// What a failover loses here is neither the create nor the revoke.
#[cfg(feature = "large-model")]
#[test]
fn both_promises_hold_for_a_key_that_nothing_announces_through_a_failover() {
    use crate::surroundings::Failover;

    for failover in [Failover::LosesNothing, Failover::LosesAllButTheRevoke] {
        let surroundings = Surroundings { failover, revoker_clock: &[FAST], ..CALM };
        assert_holds("a key is created, a failover", LOADS_FIRST, surroundings);
    }
}

#[cfg(feature = "large-model")]
#[test]
fn both_promises_hold_for_a_key_that_nothing_announces_with_another_node_to_wait_for() {
    let surroundings = Surroundings { nodes: 2, revoker_clock: &[FAST], ..CALM };
    assert_holds("a key is created, two nodes", LOADS_FIRST, surroundings);
}
