//! What is asked of the model.

use stateright::Property;

use crate::model::Coherence;
use crate::node::{Moment, Request};
use crate::world::{Reason, World};

/// The promise.
pub(crate) const PROMISE: &str = "no request that began after the 204 is accepted";

/// Its complement for requests that were already there: once W has passed, they too are refused.
pub(crate) const LAST_ORDERS: &str = "nothing is accepted after a 204 that waited W";

/// The new key's promise: creating it is not announced, and yet it works on every node from the 201 on.
pub(crate) const COMPLETE: &str = "no live key is refused as unknown if its 201 came before the request";

pub(crate) fn promise() -> Property<Coherence> {
    Property::always(PROMISE, |model, world| {
        requests(model, world)
            .all(|request| !matches!(request, Request::Accepted { began: Moment::AfterThe204, .. }))
    })
}

pub(crate) fn complete() -> Property<Coherence> {
    Property::always(COMPLETE, |model, world| {
        let wrongly = |request: Request| matches!(request, Request::RefusedAsUnknownWhileLive { began } if began != Moment::BeforeThe201);
        !requests(model, world).any(wrongly)
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
