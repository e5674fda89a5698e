//! The half of a node that answers DELETE: what may happen to it when.

use crate::model::{Action, Coherence};
use crate::protocol::{Membership, SilentMembers, Timeline, WaitCountsFrom};
use crate::surroundings::Failover;
use crate::world::{Row, Watched, World};

/// A node that is asked to DELETE the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Revoker {
    pub(crate) delete: Delete,
    /// How long it has known the timeline that PostgreSQL is on; none if it has not noticed it yet.
    pub(crate) knows_timeline_for: Option<u8>,
}

/// One DELETE. `waited` is counted up to W, by this node's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Delete {
    NotAsked,
    /// Broken variants do something before they commit.
    Prepared {
        waited: u8,
        members: u8,
    },
    /// PostgreSQL has committed (or has found it revoked); the reply is on its way.
    Committed {
        revision: u8,
        waited: u8,
        members: Option<u8>,
    },
    /// The clock is noted; the barrier waits.
    Waiting {
        revision: u8,
        waited: u8,
        members: Option<u8>,
    },
    /// The membership was read, and every member had applied the revision.
    Cleared,
    /// Answered, or the node crashed, or the reply of the commit was lost and the answer is not a 204.
    Over,
}

/// What may happen to a DELETE.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RevokeStep {
    Prepares,
    Commits,
    LearnsOfTheCommit,
    SeesThatAllHaveApplied,
    Answers,
    Crashes,
    NoticesTheTimeline,
    IsAFreshProcess,
}

impl Coherence {
    pub(crate) fn offer_revoke_steps(&self, world: &World, actions: &mut Vec<Action>) {
        for who in 0..self.surroundings.revokers {
            for step in self.revoke_steps(world, who) {
                actions.push(Action::Revoke(who, step));
            }
        }
    }

    fn revoke_steps(&self, world: &World, who: usize) -> Vec<RevokeStep> {
        use RevokeStep as Step;
        let revoker = world.revokers[who];
        let mut steps = match revoker.delete {
            // The two are alike: the second is asked only after the first.
            Delete::NotAsked if who > 0 && world.revokers[who - 1].delete == Delete::NotAsked => vec![],
            Delete::NotAsked if self.prepares() => vec![Step::Prepares],
            Delete::NotAsked => vec![Step::Commits],
            Delete::Prepared { .. } => vec![Step::Commits, Step::Crashes],
            Delete::Committed { .. } => vec![Step::LearnsOfTheCommit, Step::Crashes],
            Delete::Waiting { .. } => vec![Step::Crashes],
            Delete::Cleared => vec![Step::Answers, Step::Crashes],
            Delete::Over => vec![],
        };
        if self.may_answer(revoker.delete) {
            steps.push(Step::Answers);
        }
        if self.all_have_applied(world, revoker) {
            steps.push(Step::SeesThatAllHaveApplied);
        }
        if self.surroundings.failover != Failover::Never && revoker.delete != Delete::Over {
            if revoker.knows_timeline_for.is_none() {
                steps.push(Step::NoticesTheTimeline);
            }
            if revoker.delete == Delete::NotAsked && world.database.timeline > 0 {
                steps.push(Step::IsAFreshProcess);
            }
        }
        steps
    }

    pub(crate) fn waits_from_the_request(&self) -> bool {
        self.protocol.wait_counts_from == WaitCountsFrom::Request
    }

    fn prepares(&self) -> bool {
        self.protocol.membership == Membership::BeforeCommit || self.waits_from_the_request()
    }

    /// W needs no database: this is asked of the revoker's own clock alone.
    pub(crate) fn may_answer(&self, delete: Delete) -> bool {
        matches!(delete, Delete::Waiting { waited, .. } if waited >= self.protocol.wait)
    }

    fn all_have_applied(&self, world: &World, revoker: Revoker) -> bool {
        let Delete::Waiting { revision, members, .. } = revoker.delete else { return false };
        let trusted = self.protocol.timeline == Timeline::Ignored
            || revoker.knows_timeline_for == Some(self.protocol.wait);
        let has_applied = |row: Row| row.applied >= revision || self.is_skipped(row);
        trusted
            && match members {
                None => world.database.members().copied().all(has_applied),
                Some(noted) => (0..self.surroundings.nodes)
                    .filter(|node| noted & (1 << node) != 0)
                    .all(|node| world.database.rows[node].is_none_or(has_applied)),
            }
    }

    fn is_skipped(&self, row: Row) -> bool {
        self.protocol.silent_members == SilentMembers::SkippedButNotSwept
            && row.watched == Watched::StoodStillFor(self.protocol.wait)
    }
}
