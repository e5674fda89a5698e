//! Processor time of one request that is sent alone, beside a route that does nothing: what a node costs behind a
//! proxy, none of which pipelines.

use std::time::Duration;

use crate::authorize::describe;
use crate::contender::Contender;
use crate::keys;
use crate::place::Place;
use crate::ratios::Spread;
use crate::wrk::{self, KeyIn, Run};

const KEYS: u32 = 1_000;
const ROUNDS: usize = 9;
const TIME: Duration = Duration::from_secs(2);

pub(crate) async fn measure(place: &Place) {
    place.has_keys(KEYS).await;
    let keys = place.path("keys");
    keys::write(&keys, 0..KEYS);
    place.postgres_gives_way();
    let mut contenders = vec![Contender::server(place), Contender::opponent("bare actix route", &["bare"])];
    contenders.extend(Contender::baseline(place));
    for (question, path, key_in) in
        [("GET /authorize", "/authorize", KeyIn::Header), ("POST /verify", "/verify", KeyIn::Body)]
    {
        let mut runs: Vec<Vec<Run>> = vec![Vec::new(); contenders.len()];
        for round in 0..ROUNDS {
            for turn in 0..contenders.len() {
                // Every other round in reverse, so that nobody always comes first.
                let turn = if round % 2 == 0 { turn } else { contenders.len() - 1 - turn };
                let contender = &contenders[turn];
                let url = format!("http://{}{path}", contender.address());
                let cpu = || contender.cpu_seconds();
                runs[turn].push(wrk::load(contender.name, &url, &cpu, (&keys, key_in), 1, TIME));
            }
        }
        println!("\n{question}, {KEYS} keys, 64 connections, no pipelining; {ROUNDS} rounds in turns");
        for (contender, runs) in contenders.iter().zip(&runs) {
            describe(contender.name, runs);
        }
        for (contender, theirs) in contenders.iter().zip(&runs).skip(1) {
            let ratios = runs[0]
                .iter()
                .zip(theirs)
                .map(|(ours, theirs)| ours.cpu_microseconds / theirs.cpu_microseconds);
            println!("    CPU per request (user and system) of {}: {}", contender.name, Spread::of(ratios));
        }
    }
}
