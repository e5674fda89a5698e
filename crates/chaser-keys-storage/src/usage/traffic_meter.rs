//! Bytes that were carried for a key: counted where they flow, taken with the next batch.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use chaser_keys::{KeyId, WorkspaceId};

use super::traffic::Traffic;
use crate::{Store, VerifiedKey};

/// What has been carried for one key and not yet been written. Shared by all its requests under way.
#[derive(Debug, Default)]
pub struct TrafficMeter {
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

    fn take(&self) -> Traffic {
        Traffic {
            sessions: 0,
            bytes_up: self.bytes_up.swap(0, Ordering::Relaxed),
            bytes_down: self.bytes_down.swap(0, Ordering::Relaxed),
        }
    }
}

/// The bytes of one key since they were last taken.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Carried {
    pub(crate) key_id: KeyId,
    pub(crate) workspace_id: WorkspaceId,
    pub(crate) traffic: Traffic,
}

/// The meters of all keys for which something is carried. Apart from the index: most keys never need one.
#[derive(Debug, Default)]
pub(crate) struct TrafficMeters(Mutex<HashMap<KeyId, (WorkspaceId, Arc<TrafficMeter>)>>);

impl TrafficMeters {
    fn of(&self, key: &VerifiedKey) -> Arc<TrafficMeter> {
        let mut meters = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (_, meter) = meters.entry(key.key_id).or_insert_with(|| (key.workspace_id, Arc::default()));
        Arc::clone(meter)
    }

    /// Takes everything counted since the last time, and forgets the meters that nobody holds any more.
    pub(crate) fn take(&self) -> Vec<Carried> {
        let mut taken = Vec::new();
        let mut meters = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        meters.retain(|key_id, (workspace_id, meter)| {
            // In this order: who still holds it may count once more after we looked. `get_mut`, because it sees all
            // that the last holder counted; `strong_count` would not have to.
            let is_held = Arc::get_mut(meter).is_none();
            let traffic = meter.take();
            if !traffic.is_none() {
                taken.push(Carried { key_id: *key_id, workspace_id: *workspace_id, traffic });
            }
            is_held
        });
        taken
    }
}

impl Store {
    /// Where to count the bytes that are carried for a verified key.
    #[must_use]
    pub fn traffic_meter(&self, key: &VerifiedKey) -> Arc<TrafficMeter> {
        self.usage.traffic.of(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::AtomicBool;
    use std::thread;

    use chaser_keys::KeyMode;
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
                    sum = sum.plus(meters.take().iter().map(|carried| carried.traffic).sum());
                }
                sum.plus(meters.take().iter().map(|carried| carried.traffic).sum())
            });
            let writers: Vec<_> = (0..WRITERS)
                .map(|writer| {
                    let meters = &meters;
                    scope.spawn(move || {
                        for round in 0..ROUNDS {
                            let meter = meters.of(&key(u128::from(writer % 2)));
                            meter.add_up(1);
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
        let expected = Traffic { sessions: 0, bytes_up: WRITERS * ROUNDS, bytes_down: 2 * WRITERS * ROUNDS };
        assert_eq!(taken, expected);
        assert!(meters.0.lock().unwrap().is_empty(), "nobody holds a meter any more");
    }

    #[test]
    fn a_meter_is_kept_for_as_long_as_somebody_counts_with_it() {
        let meters = TrafficMeters::default();
        let meter = meters.of(&key(1));
        assert_eq!(meters.take(), []);
        meter.add_up(5);
        assert!(Arc::ptr_eq(&meter, &meters.of(&key(1))), "two requests of a key share it");
        assert_eq!(meters.take().first().map(|carried| carried.traffic.bytes_up), Some(5));
        meter.add_down(7);
        drop(meter);
        assert_eq!(meters.take().first().map(|carried| carried.traffic.bytes_down), Some(7));
        assert!(meters.0.lock().unwrap().is_empty());
    }
}
