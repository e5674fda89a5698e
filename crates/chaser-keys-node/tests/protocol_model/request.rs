//! A request with the key at one node: lease, look-up, clock, in the order that the protocol says.

use crate::create::Create;
use crate::look_up_choices::{Answers, SecondDecision};
use crate::model::{Action, Coherence};
use crate::node::{Decision, Kept, Moment, Node, Request};
use crate::protocol::RequestOrder;
use crate::world::{Known, World};

/// What may happen to a request. One that is refused is forgotten at once, unless it is refused as unknown while the
/// key lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RequestStep {
    Begins,
    LooksUp,
    GivesUp,
    DecidesAgain,
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
                Request::Waits { .. } => Some(RequestStep::GivesUp),
                Request::LookedUp { .. } => Some(RequestStep::DecidesAgain),
                Request::Accepted { .. } | Request::RefusedAsUnknownWhileLive { .. } => {
                    Some(RequestStep::Ends)
                }
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
        let now = world.now();
        let lives = world.database.look_up() == Known::Live;
        let node = &mut world.nodes[who];
        node.request = match (step, node.request) {
            (RequestStep::Begins, _) => self.first_read(node, now),
            (RequestStep::LooksUp, Request::HasLease { lease, began, decision }) => match node.knows() {
                Known::Live => self.found(lease, began, now),
                Known::Ended => Request::None,
                Known::Absent if self.may_wait(decision) => self.wait(lease, began),
                Known::Absent | Known::RememberedAsUnknown => refused_as_unknown(began, lives),
            },
            (RequestStep::DecidesAgain, Request::LookedUp { began, kept }) => {
                self.decide_again(node, began, kept, now)
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
            RequestOrder::LeaseThenIndexThenClock => {
                Request::HasLease { lease, began, decision: Decision::First }
            }
            _ => Request::HasLease { lease: 0, began, decision: Decision::First },
        }
    }

    fn found(&self, lease: u8, began: Moment, now: Moment) -> Request {
        if self.protocol.request == RequestOrder::LeaseAndClockThenIndex {
            Request::Accepted { began, decided: now }
        } else {
            Request::Found { lease, began }
        }
    }

    fn may_wait(&self, decision: Decision) -> bool {
        decision == Decision::First && self.protocol.look_ups.answers != Answers::AtOnceIfTheListIsFull
    }

    /// Where nothing is looked up, the key can only be missed because it has ended.
    fn wait(&self, lease: u8, began: Moment) -> Request {
        let keeps_lease = self.protocol.look_ups.second_decision == SecondDecision::KeepsItsLease;
        let kept = if keeps_lease { Kept::Lease(lease) } else { Kept::Nothing };
        if self.looks_up() { Request::Waits { began, taken: false, kept } } else { Request::None }
    }

    fn decide_again(&self, node: &Node, began: Moment, kept: Kept, now: Moment) -> Request {
        if self.protocol.look_ups.second_decision == SecondDecision::KeepsItsClock && node.holds_key() {
            return Request::Accepted { began, decided: now };
        }
        let decision = Decision::Second;
        match kept {
            Kept::Lease(lease) => Request::HasLease { lease, began, decision },
            _ if node.lease == 0 => Request::None,
            Kept::LiveRow => Request::Found { lease: node.lease, began },
            Kept::Nothing => Request::HasLease { lease: node.lease, began, decision },
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
        if let Request::HasLease { lease, .. }
        | Request::Found { lease, .. }
        | Request::Waits { kept: Kept::Lease(lease), .. }
        | Request::LookedUp { kept: Kept::Lease(lease), .. } = request
        {
            *lease = lease.saturating_sub(by);
            if *lease == 0 {
                *request = Request::None;
            }
        }
    }
}

impl World {
    fn now(&self) -> Moment {
        match (self.answer, self.create) {
            (Some(_), _) => Moment::AfterThe204,
            (None, Create::Answered) => Moment::BeforeThe204,
            (None, _) => Moment::BeforeThe201,
        }
    }
}

fn refused_as_unknown(began: Moment, lives: bool) -> Request {
    if lives { Request::RefusedAsUnknownWhileLive { began } } else { Request::None }
}
