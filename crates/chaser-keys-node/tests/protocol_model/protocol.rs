//! The choices the protocol makes, each beside the mistakes that a broken variant makes instead.

use crate::look_up_choices::LookUps;
use crate::time::wait_for;

/// One way to run the protocol. [`Protocol::designed`] is ours; a broken variant changes one choice.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Protocol {
    /// L: how long a node serves after the start of its last acknowledged round, in units of its clock.
    pub(crate) lease: u8,
    /// W: how long a revoke waits for a member that says nothing, in units of the revoker's clock.
    pub(crate) wait: u8,
    pub(crate) lease_counts_from: LeaseCountsFrom,
    pub(crate) joining: Joining,
    pub(crate) round: Round,
    pub(crate) changes_from: ChangesFrom,
    pub(crate) gaps: Gaps,
    pub(crate) request: RequestOrder,
    pub(crate) wait_counts_from: WaitCountsFrom,
    pub(crate) membership: Membership,
    pub(crate) repeated_delete: RepeatedDelete,
    pub(crate) silent_members: SilentMembers,
    pub(crate) timeline: Timeline,
    pub(crate) look_ups: LookUps,
}

/// Which moment a lease is counted from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LeaseCountsFrom {
    /// Noted before the changes are read, so what the round did not see was committed after it.
    RoundStart,
    /// Broken: the round may have read its changes long before the reply arrived.
    Reply,
}

/// What a new process does first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Joining {
    /// From its first load on, every revoke knows that there is someone to wait for.
    RegistersFirst,
    /// As good, if it holds no lease meanwhile: the row claims what is loaded, and the round that gives the
    /// first lease reads after the registration.
    LoadsThenRegisters,
    /// Broken: as before, but a living node that starts over goes on serving its former index, which lacks
    /// what the new row claims.
    LoadsThenRegistersLeaseInHand,
    /// Broken: between its load and its registration no revoke waits for it.
    ServesFirst,
    /// Broken: a living node that starts over gives up its row before it has another, lease in hand.
    LeavesBeforeItRejoins,
    /// Broken: the row says "applied all there is" before anything was loaded.
    ClaimsTheCurrentRevision,
}

/// The order of publishing and acknowledging within a round.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Round {
    /// What the row claims, every request already sees.
    PublishesFirst,
    /// Broken: the revoke answers while requests still find the key.
    AcknowledgesFirst,
}

/// The database that a round reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ChangesFrom {
    /// The one that commits.
    Primary,
    /// Broken: a follower may lag for ever, and a lease says nothing about its lag.
    Follower,
}

/// A node that was away while old changes were trimmed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Gaps {
    /// The revisions it reads do not continue its own: it loads everything anew.
    Noticed,
    /// Broken: it takes the missing changes for no changes.
    Overlooked,
}

/// The order in which a request reads the lease, the index and the clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RequestOrder {
    /// The lease vouches for the index that is read after it; the clock, read last, for the lease.
    LeaseThenIndexThenClock,
    /// Broken: a lease renewed after the look-up vouches for a newer index than the one looked up.
    IndexThenLeaseAndClock,
    /// Broken: a pause between the two separates the proof from what it proves.
    LeaseAndClockThenIndex,
    /// Broken: a stopped process does not clear the flag.
    FlagFlippedByTimer,
}

/// Which moment W is counted from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WaitCountsFrom {
    /// The commit is in the past by then.
    Acknowledgement,
    /// Broken: the commit may come any time later, and leases are renewed meanwhile.
    Request,
}

/// When a revoke reads whom it has to wait for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Membership {
    /// A node that registers later also loads later, and so has the change.
    AfterCommit,
    /// Broken: a node that registers in between has loaded the old state, and no revoke waits for it.
    BeforeCommit,
}

/// What a DELETE of an already revoked key does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RepeatedDelete {
    /// The first one's barrier may still be waiting, or may have died with its node.
    RunsTheBarrier,
    /// Broken: revoked in PostgreSQL is not yet revoked everywhere.
    AnswersAtOnce,
}

/// How a member that has stopped is told from one that lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SilentMembers {
    /// Its beat stood still for W on one's own clock; the DELETE names that beat.
    SweptByOwnClockAndBeat,
    /// Broken: the node may have come back between the decision and the DELETE.
    SweptWhateverTheBeat,
    /// Broken: the node may come back, finds its row, and believes that it is waited for.
    SkippedButNotSwept,
    /// Broken: wall clocks jump.
    SweptByPostgresClock,
}

/// What nodes do when PostgreSQL has failed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Timeline {
    /// A node starts over; a revoke waits the full W until the node has known the timeline for W.
    Checked,
    /// Broken: as `Checked`, but a node started after the failover has nothing to compare with.
    CheckedOnlyByWitnesses,
    /// Broken: the round's UPDATE may reach the new primary after its read came from the old one.
    CheckedInAnotherSession,
    /// Broken: revisions of the lost history are taken for revisions of the new one.
    Ignored,
}

impl Joining {
    pub(crate) fn loads_first(self) -> bool {
        matches!(self, Self::LoadsThenRegisters | Self::LoadsThenRegistersLeaseInHand)
    }
}

impl Protocol {
    /// Ours. A lease ends within one slow tick, a wait within one fast one.
    pub(crate) const fn designed() -> Self {
        Self {
            lease: 2,
            wait: wait_for(2),
            lease_counts_from: LeaseCountsFrom::RoundStart,
            joining: Joining::RegistersFirst,
            round: Round::PublishesFirst,
            changes_from: ChangesFrom::Primary,
            gaps: Gaps::Noticed,
            request: RequestOrder::LeaseThenIndexThenClock,
            wait_counts_from: WaitCountsFrom::Acknowledgement,
            membership: Membership::AfterCommit,
            repeated_delete: RepeatedDelete::RunsTheBarrier,
            silent_members: SilentMembers::SweptByOwnClockAndBeat,
            timeline: Timeline::Checked,
            look_ups: LookUps::designed(),
        }
    }
}
