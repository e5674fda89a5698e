//! The half of a node that answers DELETE: what its steps do.

use crate::model::Coherence;
use crate::protocol::{Membership, RepeatedDelete, Timeline, WaitCountsFrom};
use crate::revoke::{Delete, RevokeStep};
use crate::world::{Reason, World};

impl Coherence {
    pub(crate) fn take_revoke_step(&self, world: &mut World, who: usize, step: RevokeStep) {
        match step {
            RevokeStep::Prepares => {
                let members = (0..self.surroundings.nodes)
                    .filter(|node| world.database.rows[*node].is_some())
                    .fold(0, |noted, node| noted | (1 << node));
                world.revokers[who].delete = Delete::Prepared { waited: 0, members };
            }
            RevokeStep::Commits => self.commit(world, who),
            RevokeStep::LearnsOfTheCommit => self.learn_of_commit(world, who),
            RevokeStep::SeesThatAllHaveApplied => world.revokers[who].delete = Delete::Cleared,
            RevokeStep::Answers => {
                let reason = match world.revokers[who].delete {
                    Delete::Cleared => Reason::EveryoneApplied,
                    _ => Reason::Waited,
                };
                answer(world, reason);
            }
            RevokeStep::Crashes => world.revokers[who].delete = Delete::Over,
            RevokeStep::NoticesTheTimeline => world.revokers[who].knows_timeline_for = Some(0),
            RevokeStep::IsAFreshProcess => {
                let careful = self.protocol.timeline == Timeline::Checked;
                world.revokers[who].knows_timeline_for = Some(if careful { 0 } else { self.protocol.wait });
            }
        }
    }

    fn commit(&self, world: &mut World, who: usize) {
        let database = &mut world.database;
        if database.revoked_in.is_none() {
            database.revision += 1;
            database.revoked_in = Some(database.revision);
        } else if self.protocol.repeated_delete == RepeatedDelete::AnswersAtOnce {
            answer(world, Reason::EveryoneApplied);
            return;
        }
        let (waited, members) = match world.revokers[who].delete {
            Delete::Prepared { waited, members } => (waited, Some(members)),
            _ => (0, None),
        };
        let members = members.filter(|_| self.protocol.membership == Membership::BeforeCommit);
        world.revokers[who].delete = Delete::Committed { revision: world.database.revision, waited, members };
    }

    fn learn_of_commit(&self, world: &mut World, who: usize) {
        let revoker = &mut world.revokers[who];
        let Delete::Committed { revision, waited, members } = revoker.delete else { return };
        let waited = match self.protocol.wait_counts_from {
            WaitCountsFrom::Acknowledgement => 0,
            WaitCountsFrom::Request => waited,
        };
        // The transaction itself has read the timeline.
        revoker.knows_timeline_for = revoker.knows_timeline_for.or(Some(0));
        revoker.delete = Delete::Waiting { revision, waited, members };
    }
}

/// From the first 204 on, the other DELETE's answer adds nothing.
fn answer(world: &mut World, reason: Reason) {
    world.answer = Some(reason);
    for revoker in &mut world.revokers {
        revoker.delete = Delete::Over;
    }
}
