//! Traffic of a key: counted where it flows, taken with the next batch.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use chaser_keys::KeyId;

use super::traffic::Traffic;
use crate::VerifiedKey;

/// Traffic of one key that has not been written yet. Shared by all its requests under way.
#[derive(Debug, Default)]
pub struct TrafficMeter {
    sessions: AtomicU64,
    bytes_up: AtomicU64,
    bytes_down: AtomicU64,
}

impl TrafficMeter {
    /// Counts bytes of a request's body.
    pub fn add_up(&self, bytes: u64) {
        self.bytes_up.fetch_add(bytes, Ordering::Relaxed);
    }

    /// Counts bytes of an answer's body.
    pub fn add_down(&self, bytes: u64) {
        self.bytes_down.fetch_add(bytes, Ordering::Relaxed);
    }

    /// Counts sessions, which are what the API's plans are billed by.
    pub fn add_sessions(&self, sessions: u64) {
        self.sessions.fetch_add(sessions, Ordering::Relaxed);
    }

    fn take(&self) -> Traffic {
        Traffic {
            sessions: self.sessions.swap(0, Ordering::Relaxed),
            bytes_up: self.bytes_up.swap(0, Ordering::Relaxed),
            bytes_down: self.bytes_down.swap(0, Ordering::Relaxed),
        }
    }
}

/// The traffic of one key since it was last taken.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct KeyTraffic {
    pub(super) key_id: KeyId,
    pub(super) traffic: Traffic,
}

/// The meters of all keys that have traffic. Apart from the index: most keys never need one.
#[derive(Debug, Default)]
pub(super) struct TrafficMeters(Mutex<HashMap<KeyId, Arc<TrafficMeter>>>);

impl TrafficMeters {
    pub(super) fn meter(&self, key: &VerifiedKey) -> Arc<TrafficMeter> {
        let mut meters = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(meters.entry(key.key_id).or_default())
    }

    /// Takes everything counted since the last time, and drops the meters that are no longer held.
    pub(super) fn take(&self) -> Vec<KeyTraffic> {
        let mut taken = Vec::new();
        let mut meters = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        meters.retain(|key_id, meter| {
            // In this order: who still holds it may count once more after we looked. `get_mut`, because it sees all
            // that the last holder counted; `strong_count` would not have to.
            let is_held = Arc::get_mut(meter).is_none();
            let traffic = meter.take();
            if !traffic.is_none() {
                taken.push(KeyTraffic { key_id: *key_id, traffic });
            }
            is_held
        });
        taken
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::AtomicBool;
    use std::thread;

    use chaser_keys::{KeyMode, WorkspaceId};
    use uuid::Uuid;

    const WRITERS: u64 = 4;
    const ROUNDS: u64 = 20_000;

    fn key(number: u128) -> VerifiedKey {
        let key_id = KeyId::from_uuid(Uuid::from_u128(number));
        VerifiedKey::new(key_id, WorkspaceId::from_uuid(Uuid::from_u128(7)), KeyMode::Live)
    }

    /// Writers get a meter, count and let go of it, over and over, while everything is taken and forgotten. To take first
    /// and to look then whether a meter is held loses bytes here in every run.
    #[test]
    fn no_byte_is_lost_or_counted_twice_while_batches_are_taken() {
        let meters = TrafficMeters::default();
        let done = AtomicBool::new(false);
        let taken: Traffic = thread::scope(|scope| {
            let taking = scope.spawn(|| {
                let mut sum = Traffic::default();
                while !done.load(Ordering::Acquire) {
                    sum = sum.plus(meters.take().iter().map(|traffic| traffic.traffic).sum());
                }
                sum.plus(meters.take().iter().map(|traffic| traffic.traffic).sum())
            });
            let writers: Vec<_> = (0..WRITERS)
                .map(|writer| {
                    let meters = &meters;
                    scope.spawn(move || {
                        for round in 0..ROUNDS {
                            let meter = meters.meter(&key(u128::from(writer % 2)));
                            meter.add_up(1);
                            meter.add_sessions(1);
                            if round % 64 == 0 {
                                thread::yield_now();
                            }
                            meter.add_down(2);
                        }
                    })
                })
                .collect();
            for writer in writers {
                writer.join().unwrap();
            }
            done.store(true, Ordering::Release);
            taking.join().unwrap()
        });
        let expected = Traffic {
            sessions: WRITERS * ROUNDS,
            bytes_up: WRITERS * ROUNDS,
            bytes_down: 2 * WRITERS * ROUNDS,
        };
        assert_eq!(taken, expected);
        assert!(meters.0.lock().unwrap().is_empty(), "no meter is held any more");
    }

    #[test]
    fn a_meter_is_kept_for_as_long_as_it_is_held() {
        let meters = TrafficMeters::default();
        let meter = meters.meter(&key(1));
        assert_eq!(meters.take(), []);
        meter.add_up(5);
        assert!(Arc::ptr_eq(&meter, &meters.meter(&key(1))), "two requests of a key share it");
        assert_eq!(meters.take().first().map(|traffic| traffic.traffic.bytes_up), Some(5));
        meter.add_down(7);
        drop(meter);
        assert_eq!(meters.take().first().map(|traffic| traffic.traffic.bytes_down), Some(7));
        assert!(meters.0.lock().unwrap().is_empty());
    }
}
