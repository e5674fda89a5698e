//! What happens to PostgreSQL itself: trimming, failover, a wall clock that jumps.
//!
//! That it is down, or cut off, for a while needs no action: its steps simply do not happen meanwhile.

use crate::model::{Action, Coherence};
use crate::protocol::{SilentMembers, Timeline};
use crate::surroundings::{Failover, Fault};
use crate::world::{Database, Watched, World};

/// What may happen to PostgreSQL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mishap {
    TrimsAllChanges,
    SomeOtherChangeIsCommitted,
    StandbyCatchesUp,
    FailsOver,
    WallClockJumps,
}

impl Coherence {
    pub(crate) fn offer_mishaps(&self, world: &World, actions: &mut Vec<Action>) {
        let mut offer = |mishap| actions.push(Action::Mishap(mishap));
        let database = &world.database;
        if self.surroundings.have(Fault::Trimming) && database.trimmed < database.revision {
            offer(Mishap::TrimsAllChanges);
        }
        if self.protocol.silent_members == SilentMembers::SweptByPostgresClock {
            offer(Mishap::WallClockJumps);
        }
        if self.surroundings.failover != Failover::Never {
            if database.revision == 0 {
                offer(Mishap::SomeOtherChangeIsCommitted);
            }
            if world.standby.is_some_and(|standby| standby != *database) {
                offer(Mishap::StandbyCatchesUp);
            }
            if database.timeline == 0 && self.may_fail_over(world) {
                offer(Mishap::FailsOver);
            }
        }
    }

    fn may_fail_over(&self, world: &World) -> bool {
        let loses_the_revoke = world.database.revoked_in.is_some()
            && world.standby.is_some_and(|standby| standby.revoked_in.is_none());
        self.surroundings.failover != Failover::LosesAllButTheRevoke || !loses_the_revoke
    }

    pub(crate) fn take_mishap(&self, world: &mut World, mishap: Mishap) {
        let database = &mut world.database;
        match mishap {
            Mishap::TrimsAllChanges => database.trimmed = database.revision,
            Mishap::SomeOtherChangeIsCommitted => database.revision += 1,
            Mishap::StandbyCatchesUp => world.standby = Some(*database),
            Mishap::WallClockJumps => {
                for row in database.members_mut() {
                    row.watched = Watched::StoodStillFor(self.protocol.wait);
                }
            }
            Mishap::FailsOver => self.fail_over(world),
        }
    }

    fn fail_over(&self, world: &mut World) {
        let survivor: Database = world.standby.take().unwrap_or(world.database);
        world.database = Database { timeline: 1, ..survivor };
        if self.protocol.timeline != Timeline::Ignored {
            for row in world.database.members_mut() {
                row.watched = Watched::NotSeen;
            }
        }
        for node in &mut world.nodes {
            node.late_update = None;
        }
        for revoker in &mut world.revokers {
            revoker.knows_timeline_for = None;
        }
    }
}
