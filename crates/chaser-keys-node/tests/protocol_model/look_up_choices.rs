//! The choices of the protocol about keys that a node does not know: creating a key is not announced, so a node that
//! misses one looks it up.

/// How a key that a request presents, and that the node's index lacks, is looked up.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LookUps {
    pub(crate) rows_from: RowsFrom,
    pub(crate) adding: Adding,
    pub(crate) change_of_unknown_key: ChangeOfUnknownKey,
    pub(crate) answers: Answers,
    pub(crate) second_decision: SecondDecision,
    pub(crate) unknown_keys: UnknownKeys,
}

/// Where a round reads the rows of the digests that it looks up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RowsFrom {
    /// The snapshot in which it reads the changes.
    SnapshotOfTheChanges,
    /// As good: a statement after the one that reads the changes. What ended in between is added as ended.
    NewerSnapshot,
    /// Broken unless the changes have the last word: what ended in between is added as live. So it is if a round reads
    /// the rows together with its first page of changes, and adds them after the last. Always broken if a load comes in
    /// between: it reads neither the ended key nor the change.
    OlderSnapshot,
    /// Broken: a follower may lack the key, or not know of its end.
    Follower,
    /// Broken: a task beside the one writer adds what it read, at any later time.
    TaskOfItsOwn,
    /// As good: a round that reads no changes, and renews no lease.
    RoundWithoutChanges,
    /// Broken: such a round renews the lease. If it has looked up another key, it has learned nothing of this one.
    RoundWithoutChangesThatRenews,
}

/// How a row that was found gets into the index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Adding {
    /// It replaces what the changes said.
    AfterTheChanges,
    /// It never replaces anything.
    AfterTheChangesIfAbsent,
    /// The changes replace it.
    BeforeTheChanges,
}

/// What a node does with a change of a key that its index lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ChangeOfUnknownKey {
    AddsItAsEnded,
    /// As good: a later look-up reads the end.
    IsSkipped,
}

/// Which round a waiting request is decided again after.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answers {
    /// The one that took its digest, so the one that read after the request began, once it has published.
    ByTheRoundThatTookIt,
    /// Broken: whichever publishes next may have read before the request began.
    ByAnyRound,
    /// And by a load that ends: as good if the node held no lease meanwhile, since then no request has begun after the
    /// load read. Broken with the former lease in hand.
    ByAnyLoadToo,
    /// Broken: the one that took it, but as soon as it has read.
    BeforeItPublishes,
    /// Broken: the one that took it, even if it failed.
    ByAFailedRound,
    /// Broken: none, if the list is full.
    AtOnceIfTheListIsFull,
}

/// What a request that was looked up takes over from its first decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SecondDecision {
    /// Nothing: it reads lease, index and clock anew.
    StartsAnew,
    /// As good: the first lease ends before the second. But a request that waited for long is refused for nothing.
    KeepsItsLease,
    /// Broken: the lease may have ended while the request waited.
    KeepsItsClock,
    /// Broken: it accepts the row that the round read for it, without asking the index, where the key may have ended
    /// meanwhile.
    TrustsTheRow,
}

/// What a node does when a key was looked up and not found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum UnknownKeys {
    AreForgotten,
    /// Broken: the key may be created later, and nothing announces it.
    AreRemembered,
}

impl LookUps {
    /// Ours.
    pub(crate) const fn designed() -> Self {
        Self {
            rows_from: RowsFrom::SnapshotOfTheChanges,
            adding: Adding::AfterTheChanges,
            change_of_unknown_key: ChangeOfUnknownKey::AddsItAsEnded,
            answers: Answers::ByTheRoundThatTookIt,
            second_decision: SecondDecision::StartsAnew,
            unknown_keys: UnknownKeys::AreForgotten,
        }
    }
}
