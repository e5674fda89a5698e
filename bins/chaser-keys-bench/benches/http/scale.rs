//! Ten million keys beside ten thousand: load, memory, and `/authorize` with keys at random.

use std::time::Duration;

use crate::authorize::{compare, describe};
use crate::contender::Contender;
use crate::keys;
use crate::place::Place;
use crate::wrk::{self, Run};

const FEW: u32 = 10_000;
const MANY: u32 = 10_000_000;
/// In use, of few as of many, at random places: writing counts costs by the keys that are used, and is not what is
/// measured here.
const USED: u32 = 10_000;
/// A multiple of 16, so that every key is in some group of 16.
const ASKED: u32 = 160_000;
const ROUNDS: usize = 5;
const TIME: Duration = Duration::from_secs(3);

pub(crate) async fn measure(place: &Place) {
    place.has_keys(FEW).await;
    let (few_keys, many_keys) = (place.path("few"), place.path("many"));
    keys::write(&few_keys, (0..ASKED).map(|turn| keys::scattered(turn % USED) % FEW));
    keys::write(&many_keys, (0..ASKED).map(|turn| keys::scattered(turn % USED) % MANY));
    place.postgres_gives_way();
    let few = Contender::server(place);
    println!("\nStoring {MANY} keys in PostgreSQL takes a while …");
    place.has_keys(MANY).await;
    // The first has its copy, and learns of none of these: they were stored behind the nodes' backs.
    let begun = std::time::Instant::now();
    let many = Contender::server(place);
    println!("  ready after {:.2?}, with {} MB of memory", begun.elapsed(), many.resident_megabytes());
    for depth in [1, 16] {
        let (mut of_few, mut of_many): (Vec<Run>, Vec<Run>) = Default::default();
        for _ in 0..ROUNDS {
            of_few.push(wrk::run(&few, &few_keys, depth, TIME));
            of_many.push(wrk::run(&many, &many_keys, depth, TIME));
        }
        println!("\n/authorize, keys at random, {depth} at once on each of 64 connections; {ROUNDS} turns");
        describe(&format!("{FEW} keys"), &of_few);
        describe(&format!("{MANY} keys"), &of_many);
        compare(&format!("{FEW} keys (0.95 of the requests/s is wanted)"), &of_many, &of_few);
    }
}
