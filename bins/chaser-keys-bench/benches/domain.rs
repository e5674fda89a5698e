//! What verifying a key costs before it is looked up: `just bench-micro`.
#![expect(clippy::unwrap_used, reason = "a benchmark fails by panicking")]

use std::hint::black_box;

use chaser_keys::{Pepper, PresentedKey};
use criterion::{Criterion, criterion_group, criterion_main};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

const KEY: &[u8] = b"cha_live_UDA2HG67cZ5GR8sQf66LUAhyQ8sMMTLDrqtaJ_r9UoQ";
const PEPPER: [u8; 32] = [0x5a; 32];

fn form(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("form");
    group.bench_function("of a key", |bencher| bencher.iter(|| PresentedKey::parse(black_box(KEY))));
    group.bench_function("of something else as long", |bencher| {
        bencher.iter(|| PresentedKey::parse(black_box(&[b'x'; 52])));
    });
    group.bench_function("of 100 KiB", |bencher| {
        let long = vec![b'x'; 100 * 1024];
        bencher.iter(|| PresentedKey::parse(black_box(&long)));
    });
    group.finish();
}

fn digest(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("digest");
    let pepper = Pepper::new("p1".parse().unwrap(), &PEPPER);
    let key = PresentedKey::parse(KEY).unwrap();
    group.bench_function("ours", |bencher| bencher.iter(|| pepper.digest(black_box(key))));
    let bare = Hmac::<Sha256>::new_from_slice(&PEPPER).unwrap();
    group.bench_function("the crate hmac, its key prepared", |bencher| {
        bencher.iter(|| bare.clone().chain_update(black_box(KEY)).finalize());
    });
    group.finish();
}

criterion_group!(benches, form, digest);
criterion_main!(benches);
