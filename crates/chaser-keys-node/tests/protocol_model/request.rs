//! A request with the key at one node: lease, look-up, clock, in the order that the protocol says.

use crate::model::{Action, Coherence};
use crate::node::{Moment, Node, Request};
use crate::protocol::RequestOrder;
use crate::world::World;

/// What may happen to a request. A request that finds no key, or no lease, is refused at once and forgotten.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RequestStep {
    Begins,
    LooksUp,
    Decides,
    Ends,
    TimerFlipsTheFlag,
}

impl Coherence {
    pub(crate) fn offer_request_steps(&self, world: &World, actions: &mut Vec<Action>) {
        for who in 0..self.surroundings.asked_nodes {
            let node = &world.nodes[who];
            let step = match node.request {
                Request::None if self.is_worth_following(node) => Some(RequestStep::Begins),
                Request::None => None,
                Request::HasLease { .. } => Some(RequestStep::LooksUp),
                Request::Found { .. } => Some(RequestStep::Decides),
                Request::Accepted { .. } => Some(RequestStep::Ends),
            };
            actions.extend(step.map(|step| Action::Request(who, step)));
            if node.flag && node.lease == 0 {
                actions.push(Action::Request(who, RequestStep::TimerFlipsTheFlag));
            }
        }
    }

    fn is_worth_following(&self, node: &Node) -> bool {
        match self.protocol.request {
            RequestOrder::LeaseThenIndexThenClock | RequestOrder::LeaseAndClockThenIndex => node.lease > 0,
            RequestOrder::IndexThenLeaseAndClock => node.holds_key(),
            RequestOrder::FlagFlippedByTimer => node.flag,
        }
    }

    pub(crate) fn take_request_step(&self, world: &mut World, who: usize, step: RequestStep) {
        let now = if world.answer.is_some() { Moment::AfterThe204 } else { Moment::BeforeThe204 };
        let node = &mut world.nodes[who];
        node.request = match (step, node.request) {
            (RequestStep::Begins, _) => self.first_read(node, now),
            (RequestStep::LooksUp, Request::HasLease { lease, began }) => {
                self.look_up(node, lease, began, now)
            }
            (RequestStep::Decides, Request::Found { lease, began }) if self.may_accept(node, lease) => {
                Request::Accepted { began, decided: now }
            }
            (RequestStep::TimerFlipsTheFlag, request) => {
                node.flag = false;
                request
            }
            _ => Request::None,
        };
    }

    fn first_read(&self, node: &Node, began: Moment) -> Request {
        let lease = node.lease;
        match self.protocol.request {
            RequestOrder::IndexThenLeaseAndClock => Request::Found { lease: 0, began },
            RequestOrder::LeaseThenIndexThenClock => Request::HasLease { lease, began },
            _ => Request::HasLease { lease: 0, began },
        }
    }

    fn look_up(&self, node: &Node, lease: u8, began: Moment, now: Moment) -> Request {
        if !node.holds_key() {
            Request::None
        } else if self.protocol.request == RequestOrder::LeaseAndClockThenIndex {
            Request::Accepted { began, decided: now }
        } else {
            Request::Found { lease, began }
        }
    }

    fn may_accept(&self, node: &Node, lease: u8) -> bool {
        match self.protocol.request {
            RequestOrder::FlagFlippedByTimer => node.flag,
            RequestOrder::IndexThenLeaseAndClock => node.lease > 0,
            _ => lease > 0,
        }
    }

    /// Time passes for the lease that a request has read. Once that has run out it can only be refused.
    pub(crate) fn age_request(&self, request: &mut Request, by: u8) {
        if self.protocol.request != RequestOrder::LeaseThenIndexThenClock {
            return;
        }
        if let Request::HasLease { lease, .. } | Request::Found { lease, .. } = request {
            *lease = lease.saturating_sub(by);
            if *lease == 0 {
                *request = Request::None;
            }
        }
    }
}
