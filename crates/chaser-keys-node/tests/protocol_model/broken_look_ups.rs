//! Each rule of looking up unknown keys, broken alone: the checker must find the request that is wrongly accepted, or
//! the live key that is refused.

use crate::check::{assert_breaks, assert_breaks_property};
use crate::look_up_choices::{
    Adding, Answers, ChangeOfUnknownKey, LookUps, RowsFrom, SecondDecision, UnknownKeys,
};
use crate::properties::{complete, last_orders};
use crate::protocol::{Joining, Protocol};
use crate::surroundings::{FAST, Fault, Surroundings};

const OURS: LookUps = LookUps::designed();
const CALM: Surroundings = Surroundings { revoker_clock: &[FAST], ..Surroundings::a_key_is_created() };
/// Most mistakes need no time to pass.
const STILL: Surroundings = Surroundings { node_clock: &[], revoker_clock: &[], ..CALM };

/// Also what a round does that reads the rows together with its first page of changes, and adds them after the last
/// page.
#[test]
fn rows_from_an_older_snapshot_that_replace_what_the_changes_said_are_caught() {
    let look_ups = LookUps { rows_from: RowsFrom::OlderSnapshot, ..OURS };
    assert_breaks("rows older than the changes", with(look_ups), STILL);
}

/// Whether rows replace anything makes no difference then.
#[test]
fn rows_from_an_older_snapshot_are_caught_if_the_change_of_an_unknown_key_is_skipped() {
    for adding in [Adding::AfterTheChanges, Adding::AfterTheChangesIfAbsent] {
        let look_ups = LookUps {
            rows_from: RowsFrom::OlderSnapshot,
            adding,
            change_of_unknown_key: ChangeOfUnknownKey::IsSkipped,
            ..OURS
        };
        assert_breaks("rows older than the changes, these skipped", with(look_ups), STILL);
    }
}

/// The load reads neither the ended key nor its change: nothing that was added before it can have the last word.
#[test]
fn rows_that_were_read_before_a_load_and_added_after_it_are_caught() {
    for adding in [Adding::AfterTheChangesIfAbsent, Adding::BeforeTheChanges] {
        let look_ups = LookUps { rows_from: RowsFrom::OlderSnapshot, adding, ..OURS };
        assert_breaks("rows older than a load", with(look_ups), STILL);
    }
}

#[test]
fn a_round_that_looks_up_and_reads_no_changes_is_caught_if_it_renews_the_lease() {
    let look_ups = LookUps { rows_from: RowsFrom::RoundWithoutChangesThatRenews, ..OURS };
    assert_breaks("a lease for looking up alone", with(look_ups), CALM);
}

#[test]
fn rows_from_a_follower_that_does_not_know_of_the_end_are_caught() {
    let look_ups = LookUps { rows_from: RowsFrom::Follower, ..OURS };
    assert_breaks("looking up on a follower, ended", with(look_ups), STILL);
}

#[test]
fn rows_from_a_follower_that_lacks_the_key_are_caught() {
    let look_ups = LookUps { rows_from: RowsFrom::Follower, ..OURS };
    assert_refuses_a_live_key("looking up on a follower, not there yet", with(look_ups), STILL);
}

#[test]
fn rows_that_another_task_than_the_writer_adds_are_caught() {
    let look_ups = LookUps { rows_from: RowsFrom::TaskOfItsOwn, ..OURS };
    assert_breaks("a second writer", with(look_ups), STILL);
}

/// The change that ended the key is not in an index that was loaded afterwards, nor is the key.
#[test]
fn rows_that_another_task_adds_are_caught_even_if_it_never_replaces_anything() {
    let adding = Adding::AfterTheChangesIfAbsent;
    let look_ups = LookUps { rows_from: RowsFrom::TaskOfItsOwn, adding, ..OURS };
    assert_breaks("a second writer that adds what is absent", with(look_ups), STILL);
}

/// It adds the key to the index that a load is about to replace with an older one.
#[test]
fn rows_that_another_task_adds_are_caught_because_a_load_forgets_them() {
    let look_ups = LookUps { rows_from: RowsFrom::TaskOfItsOwn, ..OURS };
    assert_refuses_a_live_key("a second writer beside a load", with(look_ups), STILL);
}

#[test]
fn an_answer_by_a_round_that_began_before_the_request_is_caught() {
    assert_refuses_a_live_key("answered by any round", answered(Answers::ByAnyRound), STILL);
}

#[test]
fn an_answer_by_a_load_that_began_before_the_request_is_caught() {
    let joining = Joining::LoadsThenRegistersLeaseInHand;
    let protocol = Protocol { joining, ..answered(Answers::ByAnyLoadToo) };
    assert_refuses_a_live_key("answered by a load, lease in hand", protocol, STILL);
}

#[test]
fn an_answer_before_the_round_has_published_is_caught() {
    assert_refuses_a_live_key(
        "answered before the round publishes",
        answered(Answers::BeforeItPublishes),
        STILL,
    );
}

#[test]
fn an_answer_by_a_round_that_failed_is_caught() {
    let surroundings = Surroundings { faults: &[Fault::LostConnections], ..STILL };
    assert_refuses_a_live_key("answered by a failed round", answered(Answers::ByAFailedRound), surroundings);
}

#[test]
fn an_answer_without_a_look_up_because_the_list_is_full_is_caught() {
    assert_refuses_a_live_key("answered for want of room", answered(Answers::AtOnceIfTheListIsFull), STILL);
}

#[test]
fn remembering_that_a_key_was_unknown_is_caught() {
    let look_ups = LookUps { unknown_keys: UnknownKeys::AreRemembered, ..OURS };
    assert_refuses_a_live_key("unknown keys remembered", with(look_ups), STILL);
}

/// As with the first decision: this lets a request that began before the 204 be accepted at any later time.
#[test]
fn keeping_the_clock_of_the_first_decision_is_caught() {
    let look_ups = LookUps { second_decision: SecondDecision::KeepsItsClock, ..OURS };
    assert_breaks_property("the first clock kept", with(look_ups), CALM, last_orders());
}

#[test]
fn accepting_the_row_that_was_read_instead_of_asking_the_index_is_caught() {
    let look_ups = LookUps { second_decision: SecondDecision::TrustsTheRow, ..OURS };
    assert_breaks_property("the row trusted", with(look_ups), CALM, last_orders());
}

const fn with(look_ups: LookUps) -> Protocol {
    Protocol { look_ups, ..Protocol::designed() }
}

const fn answered(answers: Answers) -> Protocol {
    with(LookUps { answers, ..OURS })
}

fn assert_refuses_a_live_key(name: &str, protocol: Protocol, surroundings: Surroundings) {
    assert_breaks_property(name, protocol, surroundings, complete());
}
