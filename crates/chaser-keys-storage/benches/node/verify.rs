//! One verification in this process, beside the bare HMAC, beside tollgate-auth's registry, and beside one read at random
//! of as much memory as the keys take: less than those two together no verification of a key among many can take, unless
//! several are looked up together.

use std::time::{Duration, Instant};

use chaser_keys::PresentedKey;
use chaser_keys_storage::Verifier;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use tollgate_auth::{CredentialVerifier, HmacRegistry};

use crate::keys::{insert, key, scattered};
use crate::place::{PEPPER, Place, create_key, peppers, workspace};
use crate::summary::{Summary, ratio};

const SIZES: [u32; 3] = [1_000, 100_000, 1_000_000];
/// Keys presented in a turn, in random order: enough that a large index does not fit any cache.
const PRESENTED: u32 = 100_000;
const TURNS: usize = 15;

pub(crate) async fn measure(place: &Place) {
    let maker = place.node().await;
    let workspace = workspace(&maker.store).await;
    // So that the pepper is registered.
    create_key(&maker.store, workspace).await;
    maker.stop().await;
    let client = place.sql().await;
    let mut stored = 0;
    println!(
        "\nOne verification in this process, {TURNS} turns of {PRESENTED} each, in turns with the others"
    );
    for size in SIZES {
        insert(&client, &peppers(), stored..size).await;
        stored = size;
        let node = place.node().await;
        let registry = HmacRegistry::new(PEPPER);
        registry.install_credentials((0..size).map(|number| key(number).expose().as_bytes().to_vec()));
        let presented: Vec<Vec<u8>> =
            (0..PRESENTED).map(|turn| key(scattered(turn) % size).expose().as_bytes().to_vec()).collect();
        let verifier = node.store.verifier();
        let bare = Hmac::<Sha256>::new_from_slice(PEPPER).unwrap();

        let memory = memory(size);
        let mut turns: [Vec<Duration>; 5] = Default::default();
        let [ours, together, tollgate, hmac, read] = &mut turns;
        for _ in 0..TURNS {
            ours.push(each(&presented, |bytes| {
                let presented = PresentedKey::parse(bytes).unwrap();
                verifier.authenticate_at_once(presented).is_some()
            }));
            together.push(each_together(&presented, &verifier));
            tollgate.push(each(&presented, |bytes| registry.verify(bytes).is_some()));
            hmac.push(each(&presented, |bytes| {
                std::hint::black_box(bare.clone().chain_update(bytes).finalize());
                true
            }));
            read.push(each_read(&memory));
        }
        let [ours, together, tollgate, hmac, read] = turns.map(Summary::of);
        println!("  {size} keys");
        ours.print("    chaser-keys: form, HMAC, index, lease, count");
        together.print("    the same, 16 together");
        tollgate.print("    tollgate-auth's HMAC registry");
        hmac.print("    the bare HMAC, its key prepared");
        read.print("    one read of as much memory as the keys take");
        println!(
            "    one of tollgate-auth {:.2}, of the bare HMAC {:.2}; 16 together of the bare HMAC {:.2}",
            ratio(ours.per_mille(500), tollgate.per_mille(500)),
            ratio(ours.per_mille(500), hmac.per_mille(500)),
            ratio(together.per_mille(500), hmac.per_mille(500)),
        );
        node.stop().await;
    }
}

/// The time of one, on average over all that are presented.
fn each(presented: &[Vec<u8>], verify: impl Fn(&[u8]) -> bool) -> Duration {
    let begun = Instant::now();
    for bytes in presented {
        assert!(verify(bytes));
    }
    begun.elapsed() / PRESENTED
}

fn each_together(presented: &[Vec<u8>], verifier: &Verifier) -> Duration {
    let begun = Instant::now();
    for group in presented.chunks(Verifier::TOGETHER) {
        let keys: [PresentedKey<'_>; Verifier::TOGETHER] =
            std::array::from_fn(|place| PresentedKey::parse(&group[place]).unwrap());
        let mut good = 0;
        verifier.authenticate_together(&keys, |_| good += 1);
        assert_eq!(good, group.len());
    }
    begun.elapsed() / PRESENTED
}

/// A line of the cache for each and a half key, each with the number of the next in a tour of all.
fn memory(keys: u32) -> Vec<[u32; 16]> {
    let lines = keys + keys / 2;
    let mut order: Vec<u32> = (0..lines).collect();
    order.sort_unstable_by_key(|line| scattered(*line));
    let mut memory = vec![[0; 16]; order.len()];
    for (place, line) in order.iter().enumerate() {
        memory[*line as usize][0] = order[(place + 1) % order.len()];
    }
    memory
}

fn each_read(memory: &[[u32; 16]]) -> Duration {
    let begun = Instant::now();
    let mut line = 0;
    for _ in 0..PRESENTED {
        line = memory[line as usize][0];
    }
    std::hint::black_box(line);
    begun.elapsed() / PRESENTED
}
