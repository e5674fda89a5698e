//! What is asked of the model.

use stateright::Property;

use crate::model::Coherence;
use crate::node::{Moment, Request};
use crate::world::{Reason, World};

/// The promise.
pub(crate) const PROMISE: &str = "no request that began after the 204 is accepted";

/// Its complement for requests that were already there: once W has passed, they too are refused.
pub(crate) const LAST_ORDERS: &str = "nothing is accepted after a 204 that waited W";

pub(crate) fn promise() -> Property<Coherence> {
    Property::always(PROMISE, |model, world| {
        requests(model, world)
            .all(|request| !matches!(request, Request::Accepted { began: Moment::AfterThe204, .. }))
    })
}

pub(crate) fn last_orders() -> Property<Coherence> {
    Property::always(LAST_ORDERS, |model, world: &World| {
        let late =
            |request: Request| matches!(request, Request::Accepted { decided: Moment::AfterThe204, .. });
        world.answer != Some(Reason::Waited) || !requests(model, world).any(late)
    })
}

fn requests(model: &Coherence, world: &World) -> impl Iterator<Item = Request> {
    world.nodes.into_iter().take(model.surroundings.nodes).map(|node| node.request)
}
