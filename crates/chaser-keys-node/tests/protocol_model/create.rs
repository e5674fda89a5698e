//! Creating the key: its row is inserted, and nothing announces it.

use crate::model::{Action, Coherence};
use crate::world::World;

/// How far the creation of the key is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Create {
    NotAsked,
    /// The reply to the client is on its way, perhaps for ever.
    Committed,
    /// 201: from here on the key works on every node.
    Answered,
}

/// What may happen to the creation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CreateStep {
    Commits,
    Answers,
}

impl Coherence {
    pub(crate) fn offer_create_steps(world: &World, actions: &mut Vec<Action>) {
        let step = match world.create {
            Create::NotAsked => Some(CreateStep::Commits),
            Create::Committed => Some(CreateStep::Answers),
            Create::Answered => None,
        };
        actions.extend(step.map(Action::Create));
    }

    pub(crate) fn take_create_step(world: &mut World, step: CreateStep) {
        match step {
            CreateStep::Commits => {
                world.database.created = true;
                world.create = Create::Committed;
            }
            CreateStep::Answers => world.create = Create::Answered,
        }
    }
}
