//! The model as the checker sees it: initial state, actions, transitions.

use stateright::{Model, Property};

use crate::feed::FeedStep;
use crate::mishaps::Mishap;
use crate::node::Node;
use crate::protocol::Protocol;
use crate::request::RequestStep;
use crate::revoke::{Delete, RevokeStep, Revoker};
use crate::surroundings::{Failover, Surroundings};
use crate::sweep::{Member, SweepStep};
use crate::time::Tick;
use crate::world::{Database, ROOM, World};

/// The protocol in its surroundings, and what is asked of it.
#[derive(Clone)]
pub(crate) struct Coherence {
    pub(crate) protocol: Protocol,
    pub(crate) surroundings: Surroundings,
    pub(crate) asked: Vec<Property<Coherence>>,
}

/// One atomic step of one party.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    Feed(usize, FeedStep),
    Request(usize, RequestStep),
    Revoke(usize, RevokeStep),
    Sweep(Member, SweepStep),
    Mishap(Mishap),
    Time(Tick),
}

impl Model for Coherence {
    type State = World;
    type Action = Action;

    fn init_states(&self) -> Vec<World> {
        let revoker = Revoker { delete: Delete::NotAsked, knows_timeline_for: Some(self.protocol.wait) };
        let lags =
            matches!(self.surroundings.failover, Failover::LosesAnything | Failover::LosesAllButTheRevoke);
        vec![World {
            database: Database::default(),
            standby: lags.then(Database::default),
            nodes: [Node::started(); ROOM],
            revokers: [revoker; ROOM],
            answer: None,
        }]
    }

    fn actions(&self, world: &World, actions: &mut Vec<Action>) {
        self.offer_feed_steps(world, actions);
        self.offer_request_steps(world, actions);
        self.offer_revoke_steps(world, actions);
        self.offer_sweep_steps(world, actions);
        self.offer_mishaps(world, actions);
        self.offer_ticks(world, actions);
    }

    fn next_state(&self, world: &World, action: Action) -> Option<World> {
        let mut next = *world;
        match action {
            Action::Feed(who, step) => self.take_feed_step(&mut next, who, step),
            Action::Request(who, step) => self.take_request_step(&mut next, who, step),
            Action::Revoke(who, step) => self.take_revoke_step(&mut next, who, step),
            Action::Sweep(member, step) => self.take_sweep_step(&mut next, member, step),
            Action::Mishap(mishap) => self.take_mishap(&mut next, mishap),
            Action::Time(tick) => self.take_tick(&mut next, tick),
        }
        Some(next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        self.asked.clone()
    }
}
