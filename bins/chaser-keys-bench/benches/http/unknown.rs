//! Good keys while every fifth request bears a key that nobody knows, beside times when all are good.

use std::time::Duration;

use crate::contender::{ALL_CORES, Contender, LOAD_CORE, stay_on};
use crate::keys;
use crate::place::Place;
use crate::ratios::Spread;
use crate::steady::{self, Latencies, Pace, authorize};

const KEYS: u32 = 1_000;
const TURNS: usize = 7;
const TIME: Duration = Duration::from_secs(3);

pub(crate) async fn measure(place: &Place) {
    place.has_keys(KEYS).await;
    place.postgres_gives_way();
    stay_on(LOAD_CORE);
    let server = Contender::server(place);
    let address = server.address();
    // 20,000 a second whose answers are timed, and 5,000 a second beside them. An unknown key waits for a look at the
    // database, so that takes more connections.
    let timed = Pace {
        address,
        connections: 20,
        every: Duration::from_millis(1),
        request: good,
        status: "HTTP/1.1 200",
    };
    let beside = Pace { connections: 100, every: Duration::from_millis(20), ..timed.clone() };
    let unknown = Pace { request: unknown, status: "HTTP/1.1 401", ..beside.clone() };
    let (mut alone, mut flooded, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    let mut refused = 0;
    for _ in 0..TURNS {
        let (all_good, _) =
            tokio::join!(steady::keep(timed.clone(), TIME), steady::keep(beside.clone(), TIME));
        let (good, others) =
            tokio::join!(steady::keep(timed.clone(), TIME), steady::keep(unknown.clone(), TIME));
        refused += others.len();
        let p99 = |taken: &Vec<Duration>| Latencies::of(taken.clone()).per_mille(990);
        ratios.push(p99(&good) / p99(&all_good));
        alone.extend(all_good);
        flooded.extend(good);
    }
    stay_on(ALL_CORES);
    let share = 100.0 * to_float(refused) / to_float(refused + flooded.len());
    println!("\n/authorize, 25,000 requests a second; {TURNS} turns");
    Latencies::of(alone).print("good keys, all others good");
    Latencies::of(flooded).print(&format!("good keys, {share:.0} % of all requests unknown"));
    println!("    p99 of the good ones, ratio: {}; at most 1.25 is wanted", Spread::of(ratios.into_iter()));
}

fn good(turn: u32) -> String {
    authorize(keys::key(turn % KEYS).expose())
}

fn unknown(turn: u32) -> String {
    authorize(keys::key(u32::MAX - turn).expose())
}

#[expect(clippy::cast_precision_loss, reason = "small numbers")]
fn to_float(number: usize) -> f64 {
    number as f64
}
