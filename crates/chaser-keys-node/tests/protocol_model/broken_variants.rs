//! Each rule of the protocol, broken alone: the checker must find the request that is wrongly accepted.

use crate::check::{assert_breaks, assert_breaks_property};
use crate::properties::last_orders;
use crate::protocol::{
    ChangesFrom, Gaps, Joining, LeaseCountsFrom, Membership, Protocol, RepeatedDelete, RequestOrder, Round,
    SilentMembers, Timeline, WaitCountsFrom,
};
use crate::surroundings::{FAST, Failover, Fault, SLOW, Surroundings};

const DESIGNED: Protocol = Protocol::designed();
const CALM: Surroundings = Surroundings::calm();

#[test]
fn a_lease_counted_from_the_reply_is_caught() {
    let protocol = Protocol { lease_counts_from: LeaseCountsFrom::Reply, ..DESIGNED };
    assert_breaks("a lease counted from the reply", protocol, CALM);
}

#[test]
fn a_wait_shorter_than_the_lease_is_caught() {
    let protocol = Protocol { lease: 4, wait: 3, ..DESIGNED };
    assert_breaks("W shorter than L", protocol, CALM);
}

/// With true clocks this would do; the tolerated 20 % are what the factor of 1.5 is for.
#[test]
fn a_wait_only_as_long_as_the_lease_is_caught() {
    let protocol = Protocol { lease: 6, wait: 6, ..DESIGNED };
    assert_breaks("W equal to L", protocol, CALM);
}

#[test]
fn a_half_speed_clock_on_a_node_is_caught() {
    let surroundings = Surroundings { node_clock: &[SLOW / 2], ..CALM };
    assert_breaks("a node's clock at half speed", DESIGNED, surroundings);
}

#[test]
fn a_double_speed_clock_on_the_revoking_node_is_caught() {
    let surroundings = Surroundings { revoker_clock: &[2 * FAST], ..CALM };
    let protocol = Protocol { lease: 4, wait: 6, ..DESIGNED };
    assert_breaks("a revoker's clock at double speed", protocol, surroundings);
}

#[test]
fn counting_the_wait_from_the_request_instead_of_the_acknowledged_commit_is_caught() {
    let protocol = Protocol { wait_counts_from: WaitCountsFrom::Request, ..DESIGNED };
    assert_breaks("W counted from the request", protocol, CALM);
}

#[test]
fn reading_the_membership_before_the_commit_is_caught() {
    let protocol = Protocol { membership: Membership::BeforeCommit, ..DESIGNED };
    assert_breaks("membership read before the commit", protocol, CALM);
}

#[test]
fn serving_before_registering_is_caught() {
    let protocol = Protocol { joining: Joining::ServesFirst, ..DESIGNED };
    assert_breaks("serving before registering", protocol, CALM);
}

#[test]
fn giving_up_the_row_before_registering_anew_is_caught() {
    let protocol = Protocol { joining: Joining::LeavesBeforeItRejoins, ..DESIGNED };
    assert_breaks("leaving before registering anew", protocol, CALM);
}

#[test]
fn starting_over_lease_in_hand_with_a_row_that_claims_the_new_load_is_caught() {
    let protocol = Protocol { joining: Joining::LoadsThenRegistersLeaseInHand, ..DESIGNED };
    assert_breaks("loading and registering anew, lease in hand", protocol, CALM);
}

#[test]
fn registering_with_a_revision_that_is_not_loaded_yet_is_caught() {
    let protocol = Protocol { joining: Joining::ClaimsTheCurrentRevision, ..DESIGNED };
    assert_breaks("registering with the current revision", protocol, CALM);
}

#[test]
fn acknowledging_before_publishing_is_caught() {
    let protocol = Protocol { round: Round::AcknowledgesFirst, ..DESIGNED };
    assert_breaks("acknowledging before publishing", protocol, CALM);
}

#[test]
fn sweeping_by_the_wall_clock_of_postgresql_is_caught() {
    let protocol = Protocol { silent_members: SilentMembers::SweptByPostgresClock, ..DESIGNED };
    assert_breaks("sweeping by PostgreSQL's clock", protocol, CALM);
}

#[test]
fn sweeping_a_row_without_naming_the_beat_is_caught() {
    let protocol = Protocol { silent_members: SilentMembers::SweptWhateverTheBeat, ..DESIGNED };
    assert_breaks("sweeping whatever the beat", protocol, CALM);
}

#[test]
fn skipping_a_silent_member_without_sweeping_it_first_is_caught() {
    let protocol = Protocol { silent_members: SilentMembers::SkippedButNotSwept, ..DESIGNED };
    assert_breaks("skipping without sweeping", protocol, CALM);
}

#[test]
fn reading_changes_from_a_follower_is_caught() {
    let protocol = Protocol { changes_from: ChangesFrom::Follower, ..DESIGNED };
    assert_breaks("reading from a follower", protocol, CALM);
}

#[test]
fn overlooking_that_changes_were_trimmed_is_caught() {
    let protocol = Protocol { gaps: Gaps::Overlooked, ..DESIGNED };
    assert_breaks(
        "overlooking trimmed changes",
        protocol,
        Surroundings { faults: &[Fault::Trimming], ..CALM },
    );
}

#[test]
fn a_lease_flag_flipped_by_a_timer_is_caught() {
    let protocol = Protocol { request: RequestOrder::FlagFlippedByTimer, ..DESIGNED };
    assert_breaks("a flag flipped by a timer", protocol, CALM);
}

/// Reading the clock last is not enough: the lease it is compared with must not be newer than the look-up.
#[test]
fn comparing_with_a_lease_read_after_the_look_up_is_caught() {
    let protocol = Protocol { request: RequestOrder::IndexThenLeaseAndClock, ..DESIGNED };
    assert_breaks("the lease read after the look-up", protocol, CALM);
}

/// This one keeps the promise for requests that began after the 204, but lets a paused one that began before
/// it be accepted at any later time.
#[test]
fn reading_the_clock_before_the_look_up_is_caught() {
    let protocol = Protocol { request: RequestOrder::LeaseAndClockThenIndex, ..DESIGNED };
    assert_breaks_property("the clock read before the look-up", protocol, CALM, last_orders());
}

#[test]
fn a_second_delete_that_answers_at_once_is_caught() {
    let protocol = Protocol { repeated_delete: RepeatedDelete::AnswersAtOnce, ..DESIGNED };
    assert_breaks("a second DELETE without the barrier", protocol, Surroundings { revokers: 2, ..CALM });
}

/// Nothing can help here: what PostgreSQL has forgotten was never revoked. Hence the assumption.
#[test]
fn a_failover_that_loses_the_commit_is_caught() {
    let surroundings = Surroundings::one_failover(Failover::LosesAnything);
    assert_breaks("a failover that loses the commit", DESIGNED, surroundings);
    let protocol = Protocol { timeline: Timeline::Ignored, ..DESIGNED };
    assert_breaks("a failover that loses the commit, timeline ignored", protocol, surroundings);
}

#[test]
fn ignoring_the_timeline_is_caught_even_if_the_failover_keeps_the_revoke() {
    let surroundings = Surroundings::one_failover(Failover::LosesAllButTheRevoke);
    let protocol = Protocol { timeline: Timeline::Ignored, ..DESIGNED };
    assert_breaks("a failover that keeps the revoke, timeline ignored", protocol, surroundings);
}

#[test]
fn a_node_started_after_the_failover_that_trusts_the_membership_at_once_is_caught() {
    let surroundings = Surroundings::one_failover(Failover::LosesAllButTheRevoke);
    let protocol = Protocol { timeline: Timeline::CheckedOnlyByWitnesses, ..DESIGNED };
    assert_breaks("a revoke on a node younger than the failover", protocol, surroundings);
}

#[test]
fn updating_the_row_in_another_session_than_the_read_is_caught() {
    let surroundings = Surroundings::one_failover(Failover::LosesAllButTheRevoke);
    let protocol = Protocol { timeline: Timeline::CheckedInAnotherSession, ..DESIGNED };
    assert_breaks("reading and updating in two sessions", protocol, surroundings);
}
