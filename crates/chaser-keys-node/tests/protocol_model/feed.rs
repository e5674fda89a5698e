//! The feed of a node: what may happen to it when.

use crate::model::{Action, Coherence};
use crate::node::{Feed, Node, Request};
use crate::protocol::{ChangesFrom, Joining, Round, Timeline};
use crate::surroundings::Fault;
use crate::world::World;

/// What may happen to a feed. Between any two steps anything else may, for any length of time: that is a pause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FeedStep {
    Registers,
    StartsRound,
    Reads,
    ReadsFromLaggingFollower,
    Publishes,
    UpdatesItsRow,
    ServesUnregistered,
    TakesLease,
    LearnsThatItWasSwept,
    LosesConnection,
    LosesConnectionWithUpdateUnderWay,
    LateUpdateArrives,
    StartsOver,
    Crashes,
    StopsCleanly,
}

impl Coherence {
    pub(crate) fn offer_feed_steps(&self, world: &World, actions: &mut Vec<Action>) {
        for who in 0..self.surroundings.nodes {
            let node = &world.nodes[who];
            let mut offer = |step| actions.push(Action::Feed(who, step));
            if !self.session_has_ended(world, node) {
                self.next_of_feed(node, &mut offer);
            }
            self.faults_of_feed(world, who, &mut offer);
        }
    }

    fn next_of_feed(&self, node: &Node, offer: &mut impl FnMut(FeedStep)) {
        use FeedStep as Step;
        let serves_first = self.protocol.joining == Joining::ServesFirst && node.must_load;
        let loads_first = self.protocol.joining.loads_first() && node.must_load;
        match node.feed {
            Feed::Unregistered if serves_first || loads_first => offer(Step::StartsRound),
            Feed::Unregistered => offer(Step::Registers),
            Feed::Idle => {
                offer(Step::StartsRound);
                offer(Step::StartsOver);
            }
            Feed::Started { .. } => {
                offer(Step::Reads);
                if self.protocol.changes_from == ChangesFrom::Follower {
                    offer(Step::ReadsFromLaggingFollower);
                }
            }
            Feed::HasRead { .. } if loads_first => offer(Step::Registers),
            Feed::HasRead { .. } if self.protocol.round == Round::AcknowledgesFirst => {
                offer(Step::UpdatesItsRow);
            }
            Feed::HasRead { .. } | Feed::PublishesLate { .. } => offer(Step::Publishes),
            Feed::Published { .. } if serves_first => offer(Step::ServesUnregistered),
            Feed::Published { .. } => offer(Step::UpdatesItsRow),
            Feed::Acknowledged { .. } => offer(Step::TakesLease),
            Feed::Disowned => offer(Step::LearnsThatItWasSwept),
        }
    }

    fn faults_of_feed(&self, world: &World, who: usize, offer: &mut impl FnMut(FeedStep)) {
        use FeedStep as Step;
        let node = &world.nodes[who];
        let loses = self.surroundings.have(Fault::LostConnections) || self.session_has_ended(world, node);
        if loses && !matches!(node.feed, Feed::Unregistered | Feed::Idle | Feed::PublishesLate { .. }) {
            offer(Step::LosesConnection);
        }
        if self.surroundings.have(Fault::LateUpdates)
            && node.late_update.is_none()
            && matches!(node.feed, Feed::Published { .. })
        {
            offer(Step::LosesConnectionWithUpdateUnderWay);
        }
        if node.late_update.is_some() {
            offer(Step::LateUpdateArrives);
        }
        if self.surroundings.have(Fault::Crashes) {
            // One abandoned row per node is enough: it can only make a revoke wait.
            if world.database.rows[who].is_none() || world.database.left_behind[who].is_none() {
                offer(Step::Crashes);
            }
            if node.request == Request::None {
                offer(Step::StopsCleanly);
            }
        }
    }

    /// A round's read and its UPDATE share a session, and no session survives a failover. A reply that is on
    /// its way still arrives.
    fn session_has_ended(&self, world: &World, node: &Node) -> bool {
        let read = match node.feed {
            Feed::HasRead { read, .. } => Some(read),
            Feed::Published { .. } => node.index,
            _ => None,
        };
        self.protocol.timeline != Timeline::CheckedInAnotherSession
            && read.is_some_and(|read| read.timeline != world.database.timeline)
    }
}
