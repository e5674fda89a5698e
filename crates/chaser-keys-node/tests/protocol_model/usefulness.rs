//! A protocol that never accepted anything would keep the promise too: what must be possible.

use std::collections::BTreeSet;

use stateright::{Checker, HasDiscoveries, Model, Property};

use crate::model::{Action, Coherence};
use crate::node::{Feed, Moment, Request, Swept};
use crate::protocol::Protocol;
use crate::revoke::{Delete, RevokeStep};
use crate::surroundings::{Fault, Surroundings};
use crate::world::{Reason, World};

const CALM: Surroundings = Surroundings::calm();

#[test]
fn a_good_key_is_accepted() {
    assert_possible(CALM, "a good key is accepted", |_, world| {
        let decided = Moment::BeforeThe204;
        matches!(world.nodes[0].request, Request::Accepted { decided: at, .. } if at == decided)
    });
}

#[test]
fn a_revoke_takes_no_time_when_all_nodes_are_healthy() {
    let no_time_passes = Surroundings { nodes: 2, node_clock: &[], revoker_clock: &[], ..CALM };
    assert_possible(no_time_passes, "two serving nodes, and yet a 204 at once", |model, world| {
        let serves = |node: usize| world.nodes[node].lease == model.protocol.lease;
        world.answer == Some(Reason::EveryoneApplied) && serves(0) && serves(1)
    });
}

#[test]
fn a_revoke_is_answered_after_the_wait_although_a_node_is_cut_off() {
    assert_possible(CALM, "a 204 while a registered node still holds the key", |_, world| {
        let cut_off = world.nodes[0].holds_key() && world.nodes[0].feed == Feed::Idle;
        world.answer == Some(Reason::Waited) && cut_off && world.database.rows[0].is_some()
    });
}

#[test]
fn a_node_that_is_cut_off_stops_serving() {
    assert_possible(CALM, "a node holds a good key and no lease", |_, world| {
        let node = &world.nodes[0];
        world.answer.is_none() && node.holds_key() && node.lease == 0 && node.feed == Feed::Idle
    });
}

#[test]
fn a_node_that_was_swept_registers_anew_and_serves_again() {
    let surroundings = Surroundings { remembers_sweeps: true, ..CALM };
    assert_possible(surroundings, "a swept node serves", |model, world| {
        world.nodes[0].swept == Swept::Itself && world.nodes[0].lease == model.protocol.lease
    });
}

#[test]
fn a_node_that_crashed_serves_again_and_its_former_row_is_swept() {
    let surroundings = Surroundings { remembers_sweeps: true, faults: &[Fault::Crashes], ..CALM };
    assert_possible(surroundings, "a 204 without waiting for a dead process", |_, world| {
        let node = &world.nodes[0];
        node.swept == Swept::Predecessor && node.lease > 0 && world.answer == Some(Reason::EveryoneApplied)
    });
}

/// Whatever else has happened, also to PostgreSQL.
#[test]
fn a_revoke_can_always_be_answered_once_it_has_waited() {
    let surroundings = Surroundings { faults: &[Fault::LostConnections, Fault::Crashes], ..CALM };
    let property = Property::always(
        "after W nothing stands between a revoke and its 204",
        |model: &Coherence, world| {
            let waited =
                |delete| matches!(delete, Delete::Waiting { waited, .. } if waited == model.protocol.wait);
            let mut actions = Vec::new();
            model.actions(world, &mut actions);
            !waited(world.revokers[0].delete) || actions.contains(&Action::Revoke(0, RevokeStep::Answers))
        },
    );
    let checker = model(surroundings, property).checker().spawn_bfs().join();
    checker.assert_properties();
}

fn model(surroundings: Surroundings, property: Property<Coherence>) -> Coherence {
    Coherence { protocol: Protocol::designed(), surroundings, asked: vec![property] }
}

fn assert_possible(surroundings: Surroundings, what: &'static str, is: fn(&Coherence, &World) -> bool) {
    let found = HasDiscoveries::AllOf(BTreeSet::from([what]));
    let model = model(surroundings, Property::sometimes(what, is));
    let checker = model.checker().finish_when(found).spawn_bfs().join();
    let Some(path) = checker.discovery(what) else {
        panic!("not reachable in {} states: {what}", checker.unique_state_count());
    };
    println!("{what}: after {} steps", path.into_actions().len());
}
