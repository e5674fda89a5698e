//! Removing the rows of nodes that are gone. One watcher stands for all: its clock and its steps are free.

use crate::model::{Action, Coherence};
use crate::node::Swept;
use crate::protocol::SilentMembers;
use crate::world::{Row, Watched, World};

/// A row of the membership: a node's own, or the one its crashed predecessor left behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Member {
    Own(usize),
    LeftBehind(usize),
}

/// What the watcher does with one row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SweepStep {
    SeesTheBeat,
    Decides,
    Sweeps,
}

impl Coherence {
    pub(crate) fn offer_sweep_steps(&self, world: &World, actions: &mut Vec<Action>) {
        for who in 0..self.surroundings.nodes {
            for member in [Member::Own(who), Member::LeftBehind(who)] {
                let step = world.row(member).and_then(|row| self.next_of_sweep(row));
                actions.extend(step.map(|step| Action::Sweep(member, step)));
            }
        }
    }

    fn next_of_sweep(&self, row: Row) -> Option<SweepStep> {
        match row.watched {
            Watched::NotSeen => Some(SweepStep::SeesTheBeat),
            Watched::StoodStillFor(time) if time < self.protocol.wait => None,
            Watched::StoodStillFor(_) => match self.protocol.silent_members {
                SilentMembers::SweptByOwnClockAndBeat | SilentMembers::SweptByPostgresClock => {
                    Some(SweepStep::Sweeps)
                }
                SilentMembers::SweptWhateverTheBeat => Some(SweepStep::Decides),
                SilentMembers::SkippedButNotSwept => None,
            },
            Watched::Condemned => Some(SweepStep::Sweeps),
        }
    }

    pub(crate) fn take_sweep_step(&self, world: &mut World, member: Member, step: SweepStep) {
        match (step, world.row_mut(member)) {
            (SweepStep::SeesTheBeat, Some(row)) => row.watched = Watched::StoodStillFor(0),
            (SweepStep::Decides, Some(row)) => row.watched = Watched::Condemned,
            (SweepStep::Sweeps, row) => {
                *row = None;
                if let Member::Own(who) = member {
                    // It would find no row.
                    world.nodes[who].late_update = None;
                }
                if let Member::LeftBehind(who) = member
                    && self.surroundings.remembers_sweeps
                {
                    world.nodes[who].swept = Swept::Predecessor;
                }
            }
            (_, None) => {}
        }
    }

    /// A row is updated: whatever was known of its former beat is void.
    pub(crate) fn beat(&self, row: &mut Row, applied: u8) {
        row.applied = applied;
        row.watched = match (self.protocol.silent_members, row.watched) {
            (SilentMembers::SweptWhateverTheBeat, Watched::Condemned) => Watched::Condemned,
            // Here the beat is the moment of the UPDATE, so its age is known without having been watched.
            (SilentMembers::SweptByPostgresClock, _) => Watched::StoodStillFor(0),
            _ => Watched::NotSeen,
        };
    }
}

impl World {
    fn row(&self, member: Member) -> Option<Row> {
        match member {
            Member::Own(who) => self.database.rows[who],
            Member::LeftBehind(who) => self.database.left_behind[who],
        }
    }

    fn row_mut(&mut self, member: Member) -> &mut Option<Row> {
        match member {
            Member::Own(who) => &mut self.database.rows[who],
            Member::LeftBehind(who) => &mut self.database.left_behind[who],
        }
    }
}
