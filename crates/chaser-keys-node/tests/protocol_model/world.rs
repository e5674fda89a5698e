//! The state that the checker explores: PostgreSQL, its standby, the nodes, the DELETEs.
//!
//! Time is kept as what each timer still has to run, never as a date, so that the state space is finite
//! although time is not bounded.

use crate::node::Node;
use crate::revoke::Revoker;

/// How many of each the arrays have room for.
pub(crate) const ROOM: usize = 2;

/// Everything, at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct World {
    pub(crate) database: Database,
    /// What the standby has received. Not kept where there is none, or where it lacks nothing.
    pub(crate) standby: Option<Database>,
    pub(crate) nodes: [Node; ROOM],
    pub(crate) revokers: [Revoker; ROOM],
    /// The first 204 of a DELETE: from here on nobody may accept the key.
    pub(crate) answer: Option<Reason>,
}

/// Why a revoke answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Reason {
    /// Every member had applied it.
    EveryoneApplied,
    /// W had passed.
    Waited,
}

/// What is committed in PostgreSQL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub(crate) struct Database {
    pub(crate) timeline: u8,
    pub(crate) revision: u8,
    /// The revision that revoked the key.
    pub(crate) revoked_in: Option<u8>,
    /// Changes up to and including this revision are trimmed.
    pub(crate) trimmed: u8,
    /// Each node's row in the membership.
    pub(crate) rows: [Option<Row>; ROOM],
    /// The row that each node's crashed predecessor left behind.
    pub(crate) left_behind: [Option<Row>; ROOM],
}

/// A row of the membership.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Row {
    pub(crate) applied: u8,
    pub(crate) watched: Watched,
}

/// What the sweeping node knows of a row's beat. It is kept beside the row because every beat voids it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Watched {
    /// It has not seen the present beat.
    NotSeen,
    /// It saw the present beat this long ago, by its own clock.
    StoodStillFor(u8),
    /// It has decided to sweep. Only where the DELETE does not name the beat does this outlive a beat.
    Condemned,
}

/// What a node reads of the keys: the model has one key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Index {
    pub(crate) timeline: u8,
    pub(crate) revision: u8,
    pub(crate) holds_key: bool,
}

impl Database {
    /// All rows of the membership, whether their node lives or not.
    pub(crate) fn members(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter().chain(&self.left_behind).flatten()
    }

    /// As [`members`](Self::members), to be changed.
    pub(crate) fn members_mut(&mut self) -> impl Iterator<Item = &mut Row> {
        self.rows.iter_mut().chain(&mut self.left_behind).flatten()
    }

    /// The whole table of keys, in one snapshot.
    pub(crate) fn snapshot(&self) -> Index {
        Index { timeline: self.timeline, revision: self.revision, holds_key: self.revoked_in.is_none() }
    }
}
