//! One tick of true time, in which every clock advances by its own amount.

use crate::model::{Action, Coherence};
use crate::node::{Feed, Node};
use crate::revoke::{Delete, Revoker};
use crate::world::{Database, ROOM, Row, Watched, World};

/// W as a fraction of L: numerator and denominator.
pub(crate) use chaser_keys_node::timing::WAIT_PER_LEASE;
/// By how many percent a clock may be slow, or fast.
pub(crate) const RATE_TOLERANCE: u8 = 20;

/// The W of an L, in whole units, rounded down.
#[expect(clippy::cast_possible_truncation, reason = "the times of the model are small")]
pub(crate) const fn wait_for(lease: u8) -> u8 {
    (lease as u32 * WAIT_PER_LEASE.0 / WAIT_PER_LEASE.1) as u8
}

/// By how much each clock advances.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Tick {
    nodes: [u8; ROOM],
    revokers: [u8; ROOM],
    sweeper: u8,
}

impl Coherence {
    /// Every combination of rates, anew at every tick. A clock on which nothing is timed is left alone.
    pub(crate) fn offer_ticks(&self, world: &World, actions: &mut Vec<Action>) {
        let nodes = self.surroundings.node_clock;
        let others = self.surroundings.revoker_clock;
        let rates =
            |runs, rates: &'static [u8]| if runs { rates } else { rates.get(..1).unwrap_or_default() };
        for &first in rates(world.nodes[0].times_something(), nodes) {
            for &second in rates(world.nodes[1].times_something(), nodes) {
                for &third in rates(self.revoker_times_something(world.revokers[0]), others) {
                    for &fourth in rates(self.revoker_times_something(world.revokers[1]), others) {
                        for &sweeper in rates(self.sweeper_times_something(world), others) {
                            let tick = Tick { nodes: [first, second], revokers: [third, fourth], sweeper };
                            actions.push(Action::Time(tick));
                        }
                    }
                }
            }
        }
    }

    pub(crate) fn take_tick(&self, world: &mut World, tick: Tick) {
        let wait = self.protocol.wait;
        let up_to_wait = |time: &mut u8, by: u8| *time = wait.min(time.saturating_add(by));
        for (node, by) in world.nodes.iter_mut().zip(tick.nodes) {
            self.age_node(node, by);
        }
        for (revoker, by) in world.revokers.iter_mut().zip(tick.revokers) {
            match &mut revoker.delete {
                Delete::Prepared { waited, .. } | Delete::Waiting { waited, .. } => up_to_wait(waited, by),
                Delete::Committed { waited, .. } if self.waits_from_the_request() => up_to_wait(waited, by),
                _ => {}
            }
            if let Some(known) = &mut revoker.knows_timeline_for {
                up_to_wait(known, by);
            }
        }
        let databases = [Some(&mut world.database), world.standby.as_mut()];
        for row in databases.into_iter().flatten().flat_map(Database::members_mut) {
            if let Watched::StoodStillFor(time) = &mut row.watched {
                up_to_wait(time, tick.sweeper);
            }
        }
    }

    fn age_node(&self, node: &mut Node, by: u8) {
        node.lease = node.lease.saturating_sub(by);
        self.age_request(&mut node.request, by);
        if let Feed::Started { prospect }
        | Feed::HasRow { prospect, .. }
        | Feed::HasChanges { prospect, .. }
        | Feed::HasRead { prospect, .. }
        | Feed::Published { prospect }
        | Feed::Acknowledged { prospect, .. } = &mut node.feed
        {
            *prospect = prospect.saturating_sub(by);
        }
    }
}

impl Node {
    fn times_something(&self) -> bool {
        let prospect = match self.feed {
            Feed::Started { prospect }
            | Feed::HasRow { prospect, .. }
            | Feed::HasChanges { prospect, .. }
            | Feed::HasRead { prospect, .. }
            | Feed::Published { prospect }
            | Feed::Acknowledged { prospect, .. } => prospect,
            _ => 0,
        };
        self.lease > 0 || prospect > 0
    }
}

impl Coherence {
    fn revoker_times_something(&self, revoker: Revoker) -> bool {
        let waits = match revoker.delete {
            Delete::Prepared { waited, .. }
            | Delete::Committed { waited, .. }
            | Delete::Waiting { waited, .. } => waited < self.protocol.wait,
            _ => false,
        };
        waits || revoker.knows_timeline_for.is_some_and(|known| known < self.protocol.wait)
    }

    fn sweeper_times_something(&self, world: &World) -> bool {
        let counts =
            |row: &Row| matches!(row.watched, Watched::StoodStillFor(time) if time < self.protocol.wait);
        world.database.members().chain(world.standby.iter().flat_map(Database::members)).any(counts)
    }
}
