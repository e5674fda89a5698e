//! One verification from memory, by what comes of it and by how many keys there are: `just bench-micro`.
//!
//! `KEYS="1000 10000000"` chooses the sizes; ten million keys take minutes to store.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "a benchmark fails by panicking, and has no configuration"
)]

#[path = "node/keys.rs"]
mod keys;
#[path = "node/place.rs"]
mod place;

use std::cell::Cell;
use std::hint::black_box;

use chaser_keys::{PresentedKey, SecretKey};
use chaser_keys_storage::Verifier;
use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion, criterion_group, criterion_main};
use tokio::runtime::Runtime;

use place::{Place, create_key, peppers, workspace};

/// Presented in turn: more than any cache has room for.
const PRESENTED: u32 = 200_000;

fn verify(criterion: &mut Criterion) {
    let sizes = std::env::var("KEYS").unwrap_or_else(|_| "1000 100000 1000000".to_owned());
    let runtime = Runtime::new().unwrap();
    let place = runtime.block_on(Place::start());
    let mut stored = 0;
    for size in sizes.split_whitespace().map(|size| size.parse::<u32>().expect("KEYS lists numbers")) {
        let (node, revoked) = runtime.block_on(async {
            let maker = place.node().await;
            let workspace = workspace(&maker.store).await;
            // So that the pepper is registered.
            let revoked = create_key(&maker.store, workspace).await;
            keys::insert(&place.sql().await, &peppers(), stored..size).await;
            maker.stop().await;
            let node = place.node().await;
            node.store.revoke_key(workspace, revoked.key.id).await.unwrap();
            (node, revoked.secret)
        });
        stored = size;
        let mut group = criterion.benchmark_group(format!("{size} keys"));
        let verifier = node.store.node().verifier();
        let known: Vec<_> = (0..PRESENTED).map(|turn| keys::key(keys::scattered(turn) % size)).collect();
        bench(&mut group, "known", &verifier, &known);
        let unknown: Vec<_> = (0..PRESENTED).map(|turn| keys::key(u32::MAX - turn)).collect();
        bench(&mut group, "unknown", &verifier, &unknown);
        bench(&mut group, "revoked", &verifier, &[revoked]);
        let forged: Vec<_> =
            (0..PRESENTED).map(|turn| forged(&keys::key(keys::scattered(turn) % size))).collect();
        bench(&mut group, "one character off", &verifier, &forged);
        group.finish();
        runtime.block_on(node.stop());
    }
}

/// What this node can say by itself: whoever is unknown would then wait for a look at the database.
fn bench(group: &mut BenchmarkGroup<'_, WallTime>, name: &str, verifier: &Verifier, presented: &[SecretKey]) {
    let turn = Cell::new(0);
    group.bench_function(name, |bencher| {
        bencher.iter(|| {
            let key = &presented[turn.get()];
            turn.set((turn.get() + 1) % presented.len());
            let key = PresentedKey::parse(black_box(key.expose().as_bytes())).ok();
            key.map(|key| verifier.verify_batch(&[key]).len())
        });
    });
}

/// A key's last character but one, changed.
fn forged(key: &SecretKey) -> SecretKey {
    let mut text = key.expose().to_owned();
    let other = if &text[50..51] == "A" { "B" } else { "A" };
    text.replace_range(50..51, other);
    text.parse().unwrap()
}

criterion_group!(benches, verify);
criterion_main!(benches);
