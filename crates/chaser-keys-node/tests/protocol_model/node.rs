//! The half of a node that verifies: its feed, its index, its lease, and one request at a time.

use crate::world::Index;

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
    /// The changes have arrived and are not yet visible to requests.
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
}

/// A moment, as seen from the first 204.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Moment {
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
            swept: Swept::Never,
        }
    }

    /// Whether a look-up finds the key.
    pub(crate) fn holds_key(&self) -> bool {
        self.index.is_some_and(|index| index.holds_key)
    }
}
