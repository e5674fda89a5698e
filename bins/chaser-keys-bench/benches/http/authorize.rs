//! `/authorize` with good keys, beside a route that does nothing, tollgate-auth, and a SELECT for each request.

use std::time::Duration;

use crate::contender::Contender;
use crate::keys;
use crate::place::Place;
use crate::ratios::Spread;
use crate::wrk::{self, Latency, Run};

const KEYS: u32 = 1_000;
const ROUNDS: usize = 7;
const TIME: Duration = Duration::from_secs(2);

pub(crate) async fn measure(place: &Place) {
    place.has_keys(KEYS).await;
    let keys = place.path("keys");
    // A multiple of 16, so that every key is in some group of 16.
    keys::write(&keys, (0..KEYS).cycle().take(16_000));
    let installed = place.path("installed");
    keys::write(&installed, 0..KEYS);
    let asking_postgres = Contender::opponent("a SELECT per request", &["select", &place.url]);
    place.postgres_gives_way();
    let mut contenders = vec![
        Contender::server(place),
        Contender::opponent("bare actix route", &["bare"]),
        Contender::opponent("bare, headers as long", &["bare-as-long"]),
        Contender::opponent("tollgate-auth behind actix", &["tollgate", installed.to_str().unwrap()]),
        asking_postgres,
    ];
    contenders.extend(Contender::baseline(place));
    for (depth, title) in [(1, "one request at a time"), (16, "16 requests pipelined")] {
        let mut runs: Vec<Vec<Run>> = vec![Vec::new(); contenders.len()];
        for round in 0..ROUNDS {
            for turn in 0..contenders.len() {
                // Every other round the other way round, so that nobody always comes first.
                let turn = if round % 2 == 0 { turn } else { contenders.len() - 1 - turn };
                runs[turn].push(wrk::run(&contenders[turn], &keys, depth, TIME));
            }
        }
        println!("\n/authorize, {KEYS} keys, {title} on each of 64 connections; {ROUNDS} rounds in turns");
        for (contender, runs) in contenders.iter().zip(&runs) {
            describe(contender.name, runs);
        }
        for (contender, others) in contenders.iter().zip(&runs).skip(1) {
            compare(contender.name, &runs[0], others);
        }
    }
}

pub(crate) fn describe(name: &str, runs: &[Run]) {
    let median = |part: fn(&Run) -> f64| Spread::of(runs.iter().map(part)).median;
    print!(
        "  {name:<28} {:>9.0}/s  CPU per request {:>6.2} µs  busy: server {:>3.0} %, load {:>3.0} %",
        median(|run| run.per_second),
        median(|run| run.cpu_microseconds),
        median(|run| run.server_busy) * 100.0,
        median(|run| run.load_busy) * 100.0,
    );
    let latencies: Vec<Latency> = runs.iter().filter_map(|run| run.latency).collect();
    if !latencies.is_empty() {
        let median = |part: fn(&Latency) -> f64| Spread::of(latencies.iter().map(part)).median;
        print!(
            "  p50 {:>5.0} µs  p99 {:>5.0} µs  p99.9 {:>5.0} µs",
            median(|latency| latency.p50),
            median(|latency| latency.p99),
            median(|latency| latency.p999),
        );
    }
    println!();
}

pub(crate) fn compare(name: &str, ours: &[Run], theirs: &[Run]) {
    let pairs = || ours.iter().zip(theirs);
    let ratio = |part: fn(&Run) -> f64| Spread::of(pairs().map(|(ours, theirs)| part(ours) / part(theirs)));
    print!(
        "    of {name}: requests/s {}; CPU per request {}",
        ratio(|run| run.per_second),
        ratio(|run| run.cpu_microseconds),
    );
    let p99s: Vec<f64> =
        pairs().filter_map(|(ours, theirs)| Some(ours.latency?.p99 / theirs.latency?.p99)).collect();
    if !p99s.is_empty() {
        print!("; p99 {}", Spread::of(p99s.into_iter()));
    }
    println!();
}
