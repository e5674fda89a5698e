//! What readers can see while the writer writes, in thousands of interleavings chosen at random (shuttle):
//! `cargo test -p chaser-keys-node --features shuttle interleavings`.
#![expect(clippy::unwrap_used, reason = "a panic is how a test fails")]

use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use chaser_keys::{Expiry, KeyDigest, KeyId, WorkspaceId};
use shuttle::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use shuttle::thread;
use uuid::Uuid;

use super::boot_instant::BootInstant;
use super::index::{Index, IndexedKey};
use super::lease::Lease;
use super::verdict::under_lease;

const ITERATIONS: usize = 500;

fn digest(number: u8) -> KeyDigest {
    // One place in the table for all of them: every search has to step over others.
    let mut bytes = [0; KeyDigest::BYTES];
    bytes[0] = 1;
    bytes[15] = number;
    KeyDigest::from_bytes(bytes)
}

fn key(number: u8, expiry: Expiry) -> IndexedKey {
    let uuid = Uuid::from_u128(u128::from(number) << 64 | u128::from(number));
    IndexedKey { key_id: KeyId::from_uuid(uuid), workspace_id: WorkspaceId::from_uuid(uuid), expiry }
}

fn index_of_one() -> Index {
    let index = Index::with_capacity(0);
    index.put(&digest(1), key(1, Expiry::NEVER));
    index
}

fn is_alive(index: &Index, number: u8) -> bool {
    index.find(&digest(number)).is_some_and(|found| found.key().expiry.is_after_unix_microseconds(1))
}

#[test]
fn a_key_is_found_whole_or_not_at_all_also_while_the_table_grows() {
    shuttle::check_random(
        || {
            let index = Arc::new(Index::with_capacity(0));
            let added = Arc::new(AtomicU64::new(0));
            let reader = {
                let (index, added) = (Arc::clone(&index), Arc::clone(&added));
                thread::spawn(move || {
                    for _ in 0..3 {
                        let known = added.load(Ordering::Acquire);
                        for number in 0..6 {
                            match index.find(&digest(number)) {
                                Some(found) => assert_eq!(found.key(), key(number, Expiry::NEVER)),
                                None => assert!(u64::from(number) >= known, "key {number} was there before"),
                            }
                        }
                    }
                })
            };
            for number in 0..6 {
                index.put(&digest(number), key(number, Expiry::NEVER));
                added.store(u64::from(number) + 1, Ordering::Release);
            }
            reader.join().unwrap();
        },
        ITERATIONS,
    );
}

/// A writer that ends a key and says so, and a reader that begins after it was said.
fn revoke_beside_a_request(apply_first: bool) {
    shuttle::check_random(
        move || {
            let index = Arc::new(index_of_one());
            let acknowledged = Arc::new(AtomicBool::new(false));
            let reader = {
                let (index, acknowledged) = (Arc::clone(&index), Arc::clone(&acknowledged));
                thread::spawn(move || {
                    let is_too_late = acknowledged.load(Ordering::Acquire);
                    assert!(!(is_too_late && is_alive(&index, 1)), "accepted after the acknowledgement");
                })
            };
            if !apply_first {
                acknowledged.store(true, Ordering::Release);
            }
            index.put(&digest(1), key(1, Expiry::from_unix_microseconds(0)));
            acknowledged.store(true, Ordering::Release);
            reader.join().unwrap();
        },
        ITERATIONS,
    );
}

#[test]
fn a_request_that_begins_after_the_acknowledgement_finds_the_key_ended() {
    revoke_beside_a_request(true);
}

#[test]
#[should_panic(expected = "accepted after the acknowledgement")]
fn acknowledging_before_applying_is_caught() {
    revoke_beside_a_request(false);
}

/// A node that stops between a request's look-up and its reading of the lease. Time is a counter here.
fn lease_beside_a_request(look_up_first: bool) {
    shuttle::check_random(
        move || {
            let index = Arc::new(index_of_one());
            let lease = Arc::new(Lease::none());
            let time = Arc::new(AtomicU64::new(1));
            lease.extend_to(BootInstant::ZERO + Duration::from_nanos(10));
            let is_revoked_elsewhere = Arc::new(AtomicBool::new(false));
            let reader = {
                let (index, lease, time) = (Arc::clone(&index), Arc::clone(&lease), Arc::clone(&time));
                let is_revoked_elsewhere = Arc::clone(&is_revoked_elsewhere);
                thread::spawn(move || {
                    let now = || BootInstant::ZERO + Duration::from_nanos(time.load(Ordering::SeqCst));
                    let early = now();
                    // The process may stand still here, as long as the scheduler likes.
                    let is_too_late = is_revoked_elsewhere.load(Ordering::SeqCst);
                    let look_up = || is_alive(&index, 1);
                    let (alive, _, holds) = if look_up_first {
                        under_lease(&lease, look_up, now)
                    } else {
                        under_lease(&lease, look_up, || early)
                    };
                    let accepted = alive && holds;
                    assert!(!(is_too_late && accepted), "accepted past the lease");
                })
            };
            // Another node revokes, waits until the lease has run out, and answers. This one hears nothing.
            time.store(20, Ordering::SeqCst);
            is_revoked_elsewhere.store(true, Ordering::SeqCst);
            reader.join().unwrap();
        },
        ITERATIONS,
    );
}

#[test]
fn a_request_that_looks_at_the_clock_last_is_never_answered_past_the_lease() {
    lease_beside_a_request(true);
}

#[test]
#[should_panic(expected = "accepted past the lease")]
fn looking_at_the_clock_first_is_caught() {
    lease_beside_a_request(false);
}

/// A node that was cut off while the key was revoked, and that catches up in the middle of a late request.
fn renewal_beside_a_request(lease_first: bool) {
    shuttle::check_random(
        move || {
            let index = Arc::new(index_of_one());
            let lease = Arc::new(Lease::none());
            lease.extend_to(BootInstant::ZERO + Duration::from_nanos(10));
            // The revoke has waited for the lease and has answered.
            let now = BootInstant::ZERO + Duration::from_nanos(20);
            let reader = {
                let (index, lease) = (Arc::clone(&index), Arc::clone(&lease));
                thread::spawn(move || {
                    let look_up = || is_alive(&index, 1);
                    let (alive, holds) = if lease_first {
                        let (alive, _, holds) = under_lease(&lease, look_up, || now);
                        (alive, holds)
                    } else {
                        (look_up(), now < lease.ends_at())
                    };
                    assert!(!(alive && holds), "accepted by a lease that came later");
                })
            };
            index.put(&digest(1), key(1, Expiry::from_unix_microseconds(0)));
            lease.extend_to(BootInstant::ZERO + Duration::from_nanos(40));
            reader.join().unwrap();
        },
        ITERATIONS,
    );
}

#[test]
fn a_lease_that_was_read_first_vouches_for_no_older_look_up() {
    renewal_beside_a_request(true);
}

#[test]
#[should_panic(expected = "accepted by a lease that came later")]
fn reading_the_lease_after_the_look_up_is_caught() {
    renewal_beside_a_request(false);
}

/// A node that starts over with a new index in the middle of a late request: keys in the old one are no longer ended.
fn new_index_beside_a_request(lease_first: bool) {
    shuttle::check_random(
        move || {
            let current = Arc::new(ArcSwap::from_pointee(index_of_one()));
            let loaded = Index::with_capacity(0);
            loaded.put(&digest(1), key(1, Expiry::from_unix_microseconds(0)));
            let lease = Arc::new(Lease::none());
            // The revoke has answered: this node was no member.
            let now = BootInstant::ZERO + Duration::from_nanos(20);
            let reader = {
                let (current, lease) = (Arc::clone(&current), Arc::clone(&lease));
                thread::spawn(move || {
                    let early = current.load_full();
                    let look_up =
                        || is_alive(if lease_first { current.load_full() } else { early }.as_ref(), 1);
                    let (alive, _, holds) = under_lease(&lease, look_up, || now);
                    assert!(!(alive && holds), "accepted by a lease that came with another index");
                })
            };
            lease.end();
            current.store(Arc::new(loaded));
            lease.extend_to(BootInstant::ZERO + Duration::from_nanos(40));
            reader.join().unwrap();
        },
        ITERATIONS,
    );
}

#[test]
fn a_new_index_is_vouched_for_by_the_lease_that_comes_with_it() {
    new_index_beside_a_request(true);
}

#[test]
#[should_panic(expected = "accepted by a lease that came with another index")]
fn choosing_the_index_before_the_lease_is_caught() {
    new_index_beside_a_request(false);
}

#[test]
fn no_use_is_lost_between_counting_and_taking() {
    shuttle::check_random(
        || {
            let index = Arc::new(index_of_one());
            let readers: Vec<_> = (0..2)
                .map(|_| {
                    let index = Arc::clone(&index);
                    thread::spawn(move || {
                        for now in 0..2 {
                            let found = index.find(&digest(1)).unwrap();
                            found.count(now);
                        }
                    })
                })
                .collect();
            let mut taken: u32 = index.take_requests(1).iter().map(|uses| uses.requests).sum();
            for reader in readers {
                reader.join().unwrap();
            }
            taken += index.take_requests(1).iter().map(|uses| uses.requests).sum::<u32>();
            assert_eq!(taken, 4);
        },
        ITERATIONS,
    );
}
