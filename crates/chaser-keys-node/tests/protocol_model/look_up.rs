//! Looking up a key that the node does not know: what a round reads for it, and what that means for the request that
//! waits.

use crate::feed::FeedStep;
use crate::look_up_choices::{Adding, Answers, ChangeOfUnknownKey, RowsFrom, SecondDecision, UnknownKeys};
use crate::model::Coherence;
use crate::node::{Feed, Kept, Node, Request};
use crate::surroundings::KeyAtStart;
use crate::world::{Index, Known, World};

impl Coherence {
    pub(crate) fn looks_up(&self) -> bool {
        self.surroundings.key == KeyAtStart::IsCreatedLater
    }

    /// What a round that has begun may read. It must look the key up if it has taken the request's digest, and it may
    /// otherwise: other requests present the same key. A load reads every live key anyway.
    pub(crate) fn offer_reads(&self, world: &World, node: &Node, offer: &mut impl FnMut(FeedStep)) {
        use FeedStep as Step;
        let rows_from = self.protocol.look_ups.rows_from;
        let is_taken = matches!(node.request, Request::Waits { taken: true, .. });
        let reads_no_changes =
            matches!(rows_from, RowsFrom::RoundWithoutChanges | RowsFrom::RoundWithoutChangesThatRenews);
        if !is_taken || rows_from == RowsFrom::TaskOfItsOwn || node.must_load && reads_no_changes {
            offer(Step::Reads);
        }
        if !self.looks_up() || node.must_load && (!is_taken || reads_no_changes) {
            return;
        }
        match rows_from {
            RowsFrom::SnapshotOfTheChanges => offer(Step::ReadsAndLooksUp),
            RowsFrom::NewerSnapshot => offer(Step::ReadsBeforeItLooksUp),
            RowsFrom::OlderSnapshot => offer(Step::LooksUp),
            RowsFrom::Follower => {
                offer(Step::ReadsAndLooksUpOnFollower(Known::Absent));
                if world.database.created {
                    offer(Step::ReadsAndLooksUpOnFollower(Known::Live));
                }
            }
            RowsFrom::RoundWithoutChanges => offer(Step::LooksUpInsteadOfReading),
            RowsFrom::RoundWithoutChangesThatRenews => {
                offer(Step::LooksUpInsteadOfReading);
                if !is_taken {
                    offer(Step::LooksUpAnotherKeyInsteadOfReading);
                }
            }
            RowsFrom::TaskOfItsOwn => {}
        }
    }

    /// What the index knows of the key after a round.
    pub(crate) fn combine(&self, own: Known, is_changed: bool, row: Option<Known>) -> Known {
        match (self.protocol.look_ups.adding, row) {
            (_, None) => self.apply_change(own, is_changed),
            (Adding::BeforeTheChanges, Some(row)) => self.apply_change(self.add(own, row), is_changed),
            (_, Some(row)) => self.add(self.apply_change(own, is_changed), row),
        }
    }

    /// The one change that there is ends the key.
    fn apply_change(&self, own: Known, is_changed: bool) -> Known {
        let adds = self.protocol.look_ups.change_of_unknown_key == ChangeOfUnknownKey::AddsItAsEnded;
        let is_known = matches!(own, Known::Live | Known::Ended);
        match own {
            _ if !is_changed || !adds && !is_known => own,
            // Where nothing is looked up, ended is as good as absent.
            _ if !self.looks_up() => Known::Absent,
            _ => Known::Ended,
        }
    }

    /// A digest without a row adds nothing.
    fn add(&self, own: Known, row: Known) -> Known {
        let choices = self.protocol.look_ups;
        match (own, row) {
            (Known::Absent, Known::Absent) if choices.unknown_keys == UnknownKeys::AreRemembered => {
                Known::RememberedAsUnknown
            }
            (_, Known::Absent) => own,
            (Known::Live | Known::Ended, _) if choices.adding == Adding::AfterTheChangesIfAbsent => own,
            _ => row,
        }
    }

    /// The row alone, in a statement of its own.
    pub(crate) fn look_up_apart(&self, world: &mut World, who: usize) {
        let row = world.database.look_up();
        let node = &mut world.nodes[who];
        node.feed = match node.feed {
            Feed::Started { prospect } => Feed::HasRow { prospect, row },
            Feed::HasChanges { prospect, read } => {
                Feed::HasRead { prospect, read: Index { key: self.add(read.key, row), ..read } }
            }
            other => other,
        };
    }

    /// A row alone, the key's or another's, in a round that reads no changes.
    pub(crate) fn look_up_instead_of_reading(&self, world: &mut World, who: usize, is_another: bool) {
        let row = if is_another { Known::Absent } else { world.database.look_up() };
        let node = &mut world.nodes[who];
        if let (Feed::Started { prospect }, Some(own)) = (node.feed, node.index) {
            let renews = self.protocol.look_ups.rows_from == RowsFrom::RoundWithoutChangesThatRenews;
            let prospect = if renews { prospect } else { 0 };
            node.feed = Feed::HasRead { prospect, read: Index { key: self.add(own.key, row), ..own } };
        }
    }

    /// What a step of the feed means for the request that waits.
    pub(crate) fn move_waiting_request(&self, node: &mut Node, step: FeedStep) {
        let Request::Waits { began, taken, kept } = node.request else { return };
        let choices = self.protocol.look_ups;
        let answered = Request::LookedUp { began, kept: self.kept_after_look_up(node, kept) };
        let is_under_way = matches!(
            node.feed,
            Feed::Started { .. } | Feed::HasRow { .. } | Feed::HasChanges { .. } | Feed::HasRead { .. }
        );
        // A round would go on to update the row.
        let is_load = node.feed == Feed::Idle;
        node.request = match (step, choices.answers) {
            _ if choices.rows_from == RowsFrom::TaskOfItsOwn => return,
            (FeedStep::StartsRoundAndTakesTheRequest, _) => Request::Waits { began, taken: true, kept },
            (FeedStep::Publishes, Answers::ByAnyRound) => answered,
            (FeedStep::Publishes, Answers::ByAnyLoadToo) if is_load => answered,
            (FeedStep::Publishes, _) if taken => answered,
            (_, Answers::BeforeItPublishes) if taken && matches!(node.feed, Feed::HasRead { .. }) => answered,
            // The round has failed: the digest is back in the list.
            (_, Answers::ByAFailedRound) if taken && !is_under_way => answered,
            _ if !is_under_way => Request::Waits { began, taken: false, kept },
            _ => return,
        };
    }

    fn kept_after_look_up(&self, node: &Node, kept: Kept) -> Kept {
        let trusts = self.protocol.look_ups.second_decision == SecondDecision::TrustsTheRow;
        if trusts && node.holds_key() { Kept::LiveRow } else { kept }
    }

    pub(crate) fn offer_steps_of_task(&self, node: &Node, offer: &mut impl FnMut(FeedStep)) {
        if self.protocol.look_ups.rows_from != RowsFrom::TaskOfItsOwn {
            return;
        }
        if node.row_of_task.is_some() {
            offer(FeedStep::TaskAddsTheRow);
        } else if matches!(node.request, Request::Waits { .. }) {
            offer(FeedStep::TaskLooksUp);
        }
    }

    pub(crate) fn let_task_look_up(world: &mut World, who: usize) {
        let node = &mut world.nodes[who];
        node.row_of_task = Some(world.database.look_up());
        if let Request::Waits { taken, .. } = &mut node.request {
            *taken = true;
        }
    }

    pub(crate) fn let_task_add(&self, node: &mut Node) {
        if let (Some(row), Some(index)) = (node.row_of_task.take(), &mut node.index) {
            index.key = self.add(index.key, row);
        }
        if let Request::Waits { taken: true, began, kept } = node.request {
            node.request = Request::LookedUp { began, kept };
        }
    }

    /// A task beside the one writer may have added the key since the round read what the index knew.
    pub(crate) fn keep_what_task_added(&self, node: &Node, read: Index) -> Index {
        let is_load = node.must_load;
        if self.protocol.look_ups.rows_from != RowsFrom::TaskOfItsOwn || is_load || read.key == Known::Ended {
            return read;
        }
        Index { key: node.knows(), ..read }
    }
}
