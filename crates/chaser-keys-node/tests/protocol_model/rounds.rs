//! The feed of a node: joining, rounds, lost connections, crashes, and what they do.

use crate::feed::FeedStep;
use crate::model::Coherence;
use crate::node::{Feed, Node, Swept};
use crate::protocol::{Gaps, Joining, LeaseCountsFrom, RequestOrder, Timeline};
use crate::world::{Index, Row, Watched, World};

impl Coherence {
    pub(crate) fn take_feed_step(&self, world: &mut World, who: usize, step: FeedStep) {
        match step {
            FeedStep::Registers => self.register(world, who),
            FeedStep::StartsRound => world.nodes[who].feed = Feed::Started { prospect: self.protocol.lease },
            FeedStep::Reads => self.read(world, who),
            FeedStep::ReadsFromLaggingFollower => {
                let old = Index { timeline: 0, revision: 0, holds_key: true };
                let node = &mut world.nodes[who];
                let read = node.index.unwrap_or(old);
                node.read(read);
            }
            FeedStep::Publishes => self.publish(&mut world.nodes[who]),
            FeedStep::UpdatesItsRow => self.update_row(world, who),
            FeedStep::ServesUnregistered => {
                let node = &mut world.nodes[who];
                if let Feed::Published { prospect } = node.feed {
                    self.renew(node, prospect);
                }
                node.must_load = false;
                node.feed = Feed::Unregistered;
            }
            FeedStep::TakesLease => self.take_lease(&mut world.nodes[who]),
            FeedStep::LearnsThatItWasSwept => {
                let node = &mut world.nodes[who];
                node.lease = 0;
                node.flag = false;
                if self.surroundings.remembers_sweeps {
                    node.swept = Swept::Itself;
                }
                self.start_over(node);
            }
            FeedStep::LosesConnection => world.nodes[who].feed = self.after_lost_connection(world, who),
            FeedStep::LosesConnectionWithUpdateUnderWay => {
                let node = &mut world.nodes[who];
                node.late_update = node.index.map(|index| index.revision);
                node.feed = Feed::Idle;
            }
            FeedStep::LateUpdateArrives => {
                if let Some(claim) = world.nodes[who].late_update.take()
                    && let Some(row) = &mut world.database.rows[who]
                {
                    self.beat(row, claim);
                }
            }
            FeedStep::StartsOver => {
                if self.protocol.joining == Joining::LeavesBeforeItRejoins {
                    world.database.rows[who] = None;
                }
                self.start_over(&mut world.nodes[who]);
            }
            FeedStep::Crashes => {
                let database = &mut world.database;
                database.left_behind[who] = database.rows[who].take().or(database.left_behind[who]);
                disown_on_standby(world, who);
                world.nodes[who] = Node::started();
            }
            FeedStep::StopsCleanly => {
                world.database.rows[who] = None;
                disown_on_standby(world, who);
                world.nodes[who] = Node::started();
            }
        }
    }

    /// A fresh id replaces the former row in the same transaction, if there still is one.
    fn register(&self, world: &mut World, who: usize) {
        disown_on_standby(world, who);
        let (applied, next) = match (world.nodes[who].feed, self.protocol.joining) {
            (Feed::HasRead { read, .. }, _) => (read.revision, Feed::PublishesLate { read }),
            (_, Joining::ClaimsTheCurrentRevision) => (world.database.revision, Feed::Idle),
            _ => (0, Feed::Idle),
        };
        let mut row = Row { applied, watched: Watched::NotSeen };
        self.beat(&mut row, applied);
        world.database.rows[who] = Some(row);
        let node = &mut world.nodes[who];
        node.late_update = None;
        node.feed = next;
    }

    fn read(&self, world: &mut World, who: usize) {
        let database = &world.database;
        let node = &mut world.nodes[who];
        let Some(own) = node.index.filter(|_| !node.must_load) else {
            node.read(database.snapshot());
            return;
        };
        let sees_another_history =
            self.protocol.timeline != Timeline::Ignored && own.timeline != database.timeline;
        let sees_a_gap = self.protocol.gaps == Gaps::Noticed && own.revision < database.trimmed;
        if sees_another_history || sees_a_gap {
            self.start_over(node);
        } else {
            let seen_after = own.revision.max(database.trimmed);
            node.read(Index {
                timeline: own.timeline,
                revision: own.revision.max(database.revision),
                holds_key: own.holds_key && database.revoked_in.is_none_or(|revision| revision <= seen_after),
            });
        }
    }

    /// Back to the registration. A node that has its row replaced before it loads may go on serving while its
    /// lease lasts: the new row claims nothing yet.
    fn start_over(&self, node: &mut Node) {
        node.must_load = true;
        node.feed = Feed::Unregistered;
        if self.protocol.joining == Joining::LoadsThenRegisters {
            node.lease = 0;
        }
    }

    fn publish(&self, node: &mut Node) {
        let (read, next) = match node.feed {
            Feed::HasRead { prospect, read } => (read, Feed::Published { prospect }),
            Feed::PublishesLate { read } => (read, Feed::Idle),
            _ => return,
        };
        node.index = Some(read);
        // A node that serves first forgets to load only once it has registered.
        node.must_load &=
            self.protocol.joining == Joining::ServesFirst && matches!(next, Feed::Published { .. });
        node.feed = next;
    }

    fn update_row(&self, world: &mut World, who: usize) {
        let node = &mut world.nodes[who];
        let (prospect, unpublished) = match node.feed {
            Feed::Published { prospect } => (prospect, None),
            Feed::HasRead { prospect, read } => (prospect, Some(read)),
            _ => return,
        };
        let claim = unpublished.or(node.index).map_or(0, |index| index.revision);
        node.feed = if let Some(row) = &mut world.database.rows[who] {
            self.beat(row, claim);
            Feed::Acknowledged { prospect, unpublished }
        } else {
            Feed::Disowned
        };
    }

    fn take_lease(&self, node: &mut Node) {
        let Feed::Acknowledged { prospect, unpublished } = node.feed else { return };
        let lease = match self.protocol.lease_counts_from {
            LeaseCountsFrom::RoundStart => prospect,
            LeaseCountsFrom::Reply => self.protocol.lease,
        };
        self.renew(node, lease);
        node.feed = unpublished.map_or(Feed::Idle, |read| Feed::PublishesLate { read });
    }

    fn renew(&self, node: &mut Node, lease: u8) {
        node.lease = node.lease.max(lease);
        node.flag = node.lease > 0 && self.protocol.request == RequestOrder::FlagFlippedByTimer;
    }

    fn after_lost_connection(&self, world: &World, who: usize) -> Feed {
        let unregistered =
            self.protocol.joining == Joining::ServesFirst && world.database.rows[who].is_none();
        if unregistered { Feed::Unregistered } else { Feed::Idle }
    }
}

impl Node {
    fn read(&mut self, read: Index) {
        if let Feed::Started { prospect } = self.feed {
            self.feed = Feed::HasRead { prospect, read };
        }
    }
}

/// The node's row has another id from now on: a standby that still has the old one has an abandoned row.
fn disown_on_standby(world: &mut World, who: usize) {
    if let Some(standby) = &mut world.standby {
        standby.left_behind[who] = standby.rows[who].take().or(standby.left_behind[who]);
    }
}
