//! A key that this node does not know may have been created elsewhere a moment ago: creating a key announces nothing.
//! A request that presents one waits for a round that begins after it and looks the key up by its digest. Then the
//! node's "no" is as good as the database's.
//!
//! All who wait share rounds, rounds are kept apart, and each looks up a bounded number of keys: a flood of unknown keys
//! costs the database a bounded amount. It does not delay good keys either: waiting requests are released a few at a time,
//! and in between good keys are answered.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chaser_keys::KeyDigest;
use tokio::sync::{Notify, watch};

use super::boot_instant::BootInstant;
use super::shared::Replica;
use crate::timing::{LOOK_UPS_PER_ROUND, MOST_WAITING_LOOK_UPS};

/// Waiting requests that are released per millisecond, and the milliseconds over which a crowd is spread.
const RELEASED_PER_MS: u64 = 4;
const SPREAD_MS: u64 = 10;

/// The requests that wait for a look-up, in the order in which they came.
pub(super) struct LookUps {
    queue: Mutex<Queue>,
    /// How many look-ups have been answered since the process started: in order, so a request is answered once this
    /// reaches its own number.
    answered: watch::Sender<u64>,
    /// Signals the feed that a request waits.
    pub(super) wanted: Notify,
}

#[derive(Default)]
struct Queue {
    /// For each request, the digests of the presented key under each of the node's peppers.
    waiting: VecDeque<Vec<KeyDigest>>,
    /// Look-ups queued since the process started.
    arrived: u64,
}

/// The look-ups that a round answers.
pub(super) struct Batch {
    requests: usize,
    pub(super) digests: Vec<KeyDigest>,
}

impl Default for LookUps {
    fn default() -> Self {
        Self { queue: Mutex::default(), answered: watch::Sender::new(0), wanted: Notify::new() }
    }
}

impl LookUps {
    /// The oldest waiting look-ups, up to [`LOOK_UPS_PER_ROUND`]. Call this before the round reads anything: it answers
    /// for requests that came before its read, and only for those. They stay queued until they are answered, so a round
    /// that fails loses none of them.
    pub(super) fn next_batch(&self) -> Batch {
        let queue = self.queue();
        let requests = queue.waiting.len().min(LOOK_UPS_PER_ROUND);
        let digests = queue.waiting.iter().take(requests).flatten().copied().collect();
        Batch { requests, digests }
    }

    /// Releases the requests of a batch, whose keys are in the index now if they exist.
    pub(super) fn answer(&self, batch: &Batch) {
        let mut queue = self.queue();
        queue.waiting.drain(..batch.requests);
        let left = u64::try_from(queue.waiting.len()).unwrap_or(u64::MAX);
        self.answered.send_replace(queue.arrived - left);
        if left > 0 {
            self.wanted.notify_one();
        }
    }

    /// Queues a request's look-up: its number, and how many wait before it. `None` if [`MOST_WAITING_LOOK_UPS`] wait
    /// already. Those of requests that were given up count, too: they stay until their turn.
    fn enqueue(&self, digests: Vec<KeyDigest>) -> Option<(u64, u64)> {
        let mut queue = self.queue();
        if queue.waiting.len() >= MOST_WAITING_LOOK_UPS {
            return None;
        }
        let before = u64::try_from(queue.waiting.len()).unwrap_or(u64::MAX);
        queue.waiting.push_back(digests);
        queue.arrived += 1;
        Some((queue.arrived, before))
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Replica {
    /// Waits for a round that begins after this call and looks the key up. False if none succeeded while the lease held,
    /// or if too many look-ups wait.
    pub(crate) async fn look_up(&self, digests: Vec<KeyDigest>) -> bool {
        self.metrics.unknown_key();
        let left = BootInstant::now().until(self.lease.ends_at());
        if left.is_zero() {
            return false;
        }
        let mut answered = self.look_ups.answered.subscribe();
        let Some((number, before)) = self.look_ups.enqueue(digests) else { return false };
        self.look_ups.wanted.notify_one();
        let waiting = answered.wait_for(|answered| *answered >= number);
        let was_answered = matches!(tokio::time::timeout(left, waiting).await, Ok(Ok(_)));
        let delay = release_delay(before);
        if !delay.is_zero() {
            tokio::time::sleep(delay).await;
        }
        was_answered
    }
}

/// How long a request waits after its round, by the number of requests that waited before it: none for the first few, and
/// less than [`SPREAD_MS`] in a flood.
const fn release_delay(before: u64) -> Duration {
    Duration::from_millis(before / RELEASED_PER_MS % SPREAD_MS)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digest(number: u8) -> KeyDigest {
        KeyDigest::from_bytes([number; KeyDigest::BYTES])
    }

    fn numbers(batch: &Batch) -> Vec<u8> {
        batch.digests.iter().map(|digest| digest.as_bytes()[0]).collect()
    }

    #[test]
    fn a_crowd_is_released_a_few_at_a_time_and_no_request_waits_long() {
        for (before, milliseconds) in [(0, 0), (3, 0), (4, 1), (7, 1), (39, 9), (40, 0), (44, 1)] {
            assert_eq!(release_delay(before), Duration::from_millis(milliseconds), "{before} before it");
        }
    }

    #[test]
    fn a_round_answers_the_requests_that_came_before_its_read_and_no_others() {
        let look_ups = LookUps::default();
        assert_eq!(look_ups.enqueue(vec![digest(1), digest(2)]), Some((1, 0)));
        let batch = look_ups.next_batch();
        assert_eq!(look_ups.enqueue(vec![digest(3)]), Some((2, 1)), "it came after the round's read");
        assert_eq!(numbers(&batch), [1, 2]);
        look_ups.answer(&batch);
        assert_eq!(*look_ups.answered.borrow(), 1);
        assert_eq!(numbers(&look_ups.next_batch()), [3]);
    }

    #[test]
    fn a_round_that_fails_loses_no_request_and_a_flood_is_taken_in_steps() {
        let look_ups = LookUps::default();
        for _ in 0..=LOOK_UPS_PER_ROUND {
            look_ups.enqueue(vec![digest(1)]);
        }
        let failed = look_ups.next_batch();
        let repeated = look_ups.next_batch();
        assert_eq!((failed.requests, repeated.requests), (LOOK_UPS_PER_ROUND, LOOK_UPS_PER_ROUND));
        look_ups.answer(&repeated);
        assert_eq!(look_ups.next_batch().requests, 1);
    }

    #[test]
    fn a_flood_of_requests_that_are_given_up_takes_a_bounded_amount_of_memory() {
        let look_ups = LookUps::default();
        let queued = (0..2 * MOST_WAITING_LOOK_UPS).filter(|_| look_ups.enqueue(vec![digest(1)]).is_some());
        assert_eq!(queued.count(), MOST_WAITING_LOOK_UPS);
        look_ups.answer(&look_ups.next_batch());
        assert!(look_ups.enqueue(vec![digest(2)]).is_some(), "a round makes room");
    }
}
