//! The half of a node that verifies: its feed, its index, its lease, and one request at a time.

use crate::world::{Index, Known};

/// A process that verifies. Its other half, which revokes and sweeps, is modelled apart (see the crate doc).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Node {
    pub(crate) feed: Feed,
    /// It has registered anew since it last loaded everything.
    pub(crate) must_load: bool,
    pub(crate) index: Option<Index>,
    /// How long the lease still runs, by this node's clock.
    pub(crate) lease: u8,
    /// The flag of [`FlagFlippedByTimer`](crate::protocol::RequestOrder::FlagFlippedByTimer).
    pub(crate) flag: bool,
    pub(crate) request: Request,
    /// An UPDATE given up by its sender, still on its way; the revision that it claims.
    pub(crate) late_update: Option<u8>,
    /// What [`TaskOfItsOwn`](crate::look_up_choices::RowsFrom::TaskOfItsOwn) has read and not yet added.
    pub(crate) row_of_task: Option<Known>,
    /// Remembered only where its return is to be shown.
    pub(crate) swept: Swept,
}

/// Where the feed stands. `prospect` is the lease that this round would yield if it ended now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Feed {
    /// The process runs, or is about to, and has no row.
    Unregistered,
    /// Between two rounds.
    Idle,
    /// The start of the round is noted.
    Started { prospect: u8 },
    /// The row that was looked up has arrived, and the changes are still to be read: not in the designed protocol.
    HasRow { prospect: u8, row: Known },
    /// The changes have arrived, and the row is still to be looked up: not in the designed protocol.
    HasChanges { prospect: u8, read: Index },
    /// The changes, and the row that was looked up, have arrived and are not yet visible to requests.
    HasRead { prospect: u8, read: Index },
    /// Requests see them.
    Published { prospect: u8 },
    /// PostgreSQL has updated the row; the reply is on its way.
    Acknowledged { prospect: u8, unpublished: Option<Index> },
    /// PostgreSQL found no row to update; the reply is on its way.
    Disowned,
    /// Acknowledged, but requests do not see it yet: a broken variant's last step.
    PublishesLate { read: Index },
}

/// One request that presents the key, at one node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Request {
    None,
    /// The lease (its value, not whether it has ended) is read. `lease` is what is left of that value.
    HasLease {
        lease: u8,
        began: Moment,
        decision: Decision,
    },
    /// The index lacks the key. Its digest is in the node's list, or a round has taken it from there.
    Waits {
        began: Moment,
        taken: bool,
        kept: Kept,
    },
    /// Its round is complete: it is decided again.
    LookedUp {
        began: Moment,
        kept: Kept,
    },
    /// The index was asked and holds the key.
    Found {
        lease: u8,
        began: Moment,
    },
    /// 200, at this moment.
    Accepted {
        began: Moment,
        decided: Moment,
    },
    /// 401: no such key. And yet PostgreSQL has it, live, at this moment.
    RefusedAsUnknownWhileLive {
        began: Moment,
    },
}

/// Whether a request has waited for a look-up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Decision {
    First,
    Second,
}

/// What a request takes over from its first decision, or from its round: in the designed protocol nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Kept {
    Nothing,
    Lease(u8),
    LiveRow,
}

/// A moment, as seen from the 201 of the create and the first 204.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Moment {
    BeforeThe201,
    /// And after the 201.
    BeforeThe204,
    AfterThe204,
}

/// Whose row was swept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Swept {
    Never,
    Itself,
    Predecessor,
}

impl Node {
    /// A process that has just started.
    pub(crate) const fn started() -> Self {
        Self {
            feed: Feed::Unregistered,
            must_load: true,
            index: None,
            lease: 0,
            flag: false,
            request: Request::None,
            late_update: None,
            row_of_task: None,
            swept: Swept::Never,
        }
    }

    /// What the index says of the key.
    pub(crate) fn knows(&self) -> Known {
        self.index.map_or(Known::Absent, |index| index.key)
    }

    /// Whether the index holds the key, live.
    pub(crate) fn holds_key(&self) -> bool {
        self.knows() == Known::Live
    }
}
