//! One verification in this process, beside the bare HMAC, beside tollgate-auth's registry, and beside the least that
//! any verification must do: the HMAC, one read at the place that it names among as many keys, the clock.

use std::time::{Duration, Instant};

use chaser_keys::PresentedKey;
use chaser_keys_storage::Verifier;
use hmac::{Hmac, KeyInit, Mac};
use memmap2::MmapMut;
use sha2::Sha256;
use tollgate_auth::{CredentialVerifier, HmacRegistry};
use zerocopy::FromBytes;

use crate::keys::{insert, key, scattered};
use crate::place::{PEPPER, Place, create_key, peppers, workspace};
use crate::summary::{Summary, ratio};

const SIZES: [u32; 3] = [1_000, 100_000, 1_000_000];
/// Keys presented in a turn, in random order: enough that a large index does not fit any cache.
const PRESENTED: u32 = 100_000;
const TURNS: usize = 15;
/// A line of the processor's cache.
type Line = [u64; 8];

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
        let verifier = node.store.node().verifier();
        let bare = Hmac::<Sha256>::new_from_slice(PEPPER).unwrap();

        let memory = memory(size);
        let lines = <[Line]>::ref_from_bytes(&memory).unwrap();
        let mut turns: [Vec<Duration>; 5] = Default::default();
        let [ours, together, tollgate, hmac, least] = &mut turns;
        for _ in 0..TURNS {
            ours.push(each(&presented, |bytes| {
                let presented = PresentedKey::parse(bytes).unwrap();
                !verifier.verify_batch(&[presented]).is_empty()
            }));
            together.push(each_together(&presented, &verifier));
            tollgate.push(each(&presented, |bytes| registry.verify(bytes).is_some()));
            hmac.push(each(&presented, |bytes| {
                std::hint::black_box(bare.clone().chain_update(bytes).finalize());
                true
            }));
            least.push(each(&presented, |bytes| {
                let digest = bare.clone().chain_update(bytes).finalize().into_bytes();
                std::hint::black_box(lines[place_of(&digest, lines)]);
                std::hint::black_box(Instant::now());
                true
            }));
        }
        let [ours, together, tollgate, hmac, least] = turns.map(Summary::of);
        println!("  {size} keys");
        ours.print("    chaser-keys: form, HMAC, index, lease, count");
        together.print("    the same, 16 together");
        tollgate.print("    tollgate-auth's HMAC registry");
        hmac.print("    the bare HMAC, its key prepared");
        least.print("    the bare HMAC, one read where it says, the clock");
        println!(
            "    one of tollgate-auth {:.2}, of the bare HMAC {:.2}, of that with read and clock {:.2}; 16 together of the bare HMAC {:.2}",
            ratio(ours.per_mille(500), tollgate.per_mille(500)),
            ratio(ours.per_mille(500), hmac.per_mille(500)),
            ratio(ours.per_mille(500), least.per_mille(500)),
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
    for group in presented.chunks(Verifier::BATCH) {
        let keys: [PresentedKey<'_>; Verifier::BATCH] =
            std::array::from_fn(|place| PresentedKey::parse(&group[place]).unwrap());
        assert_eq!(verifier.verify_batch(&keys).len(), group.len());
    }
    begun.elapsed() / PRESENTED
}

/// One and a half lines of the cache for each key, in pages as large as the index asks for.
fn memory(keys: u32) -> MmapMut {
    let lines = usize::try_from(keys + keys / 2).unwrap();
    let mut memory = MmapMut::map_anon(lines * size_of::<Line>()).unwrap();
    #[cfg(target_os = "linux")]
    let _ = memory.advise(memmap2::Advice::HugePage);
    // So that there is memory behind it.
    memory.fill(1);
    memory
}

/// Where a table of so many lines has a digest.
fn place_of(digest: &[u8], lines: &[Line]) -> usize {
    let first = u64::from_le_bytes(digest[..8].try_into().unwrap());
    usize::try_from((u128::from(first) * lines.len() as u128) >> 64).unwrap()
}
