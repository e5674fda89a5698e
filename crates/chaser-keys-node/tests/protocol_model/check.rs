//! Running the checker.

use std::time::Instant;

use stateright::{Checker, HasDiscoveries, Model, Property};

use crate::model::Coherence;
use crate::properties::{last_orders, promise};
use crate::protocol::Protocol;
use crate::surroundings::Surroundings;

/// The machines that this runs on have two cores.
const THREADS: usize = 2;

/// Explores the whole state space and fails with the steps that lead to a broken promise, if there are any.
pub(crate) fn assert_holds(name: &str, protocol: Protocol, surroundings: Surroundings) {
    let started = Instant::now();
    let model = Coherence { protocol, surroundings, asked: vec![promise(), last_orders()] };
    let checker = model.checker().threads(THREADS).spawn_bfs().join();
    println!(
        "{name}: holds in {} states, {} transitions, depth {}, {:.1} s",
        checker.unique_state_count(),
        checker.state_count(),
        checker.max_depth(),
        started.elapsed().as_secs_f32(),
    );
    if let Some((property, path)) = checker.discoveries().into_iter().next() {
        panic!("{name}: \"{property}\" is broken by {:#?}", path.into_actions());
    }
}

/// Explores until the promise is found broken, and fails if it is not.
pub(crate) fn assert_breaks(name: &str, protocol: Protocol, surroundings: Surroundings) {
    assert_breaks_property(name, protocol, surroundings, promise());
}

/// As [`assert_breaks`], for another property.
pub(crate) fn assert_breaks_property(
    name: &str,
    protocol: Protocol,
    surroundings: Surroundings,
    property: Property<Coherence>,
) {
    let broken = property.name;
    let model = Coherence { protocol, surroundings, asked: vec![property] };
    // One thread: then breadth-first search finds the shortest way.
    let checker = model.checker().finish_when(HasDiscoveries::AnyFailures).spawn_bfs().join();
    let Some(path) = checker.discovery(broken) else {
        panic!("{name}: not found in {} states", checker.unique_state_count());
    };
    let steps = path.into_actions();
    println!("{name}: {} steps, found in {} states", steps.len(), checker.unique_state_count());
    for step in steps {
        println!("    {step:?}");
    }
}
