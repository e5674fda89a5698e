//! One verification in this process, beside the bare HMAC and beside tollgate-auth's registry.

use std::time::{Duration, Instant};

use chaser_keys::PresentedKey;
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

        let (mut ours, mut tollgate, mut hmac) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..TURNS {
            ours.push(each(&presented, |bytes| {
                let presented = PresentedKey::parse(bytes).unwrap();
                verifier.authenticate_at_once(presented).is_some()
            }));
            tollgate.push(each(&presented, |bytes| registry.verify(bytes).is_some()));
            hmac.push(each(&presented, |bytes| {
                std::hint::black_box(bare.clone().chain_update(bytes).finalize());
                true
            }));
        }
        let [ours, tollgate, hmac] = [ours, tollgate, hmac].map(Summary::of);
        println!("  {size} keys");
        ours.print("    chaser-keys: form, HMAC, index, lease, count");
        tollgate.print("    tollgate-auth's HMAC registry");
        hmac.print("    the bare HMAC, its key prepared");
        println!(
            "    of tollgate-auth {:.2}; of the bare HMAC {:.2}",
            ratio(ours.per_mille(500), tollgate.per_mille(500)),
            ratio(ours.per_mille(500), hmac.per_mille(500)),
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
