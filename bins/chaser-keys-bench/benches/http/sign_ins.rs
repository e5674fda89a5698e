//! Verification while 200 people sign in at once.

use std::process::Command;
use std::time::Duration;

use chaser_keys_server::create_user;
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::contender::{ALL_CORES, Contender, LOAD_CORE, stay_on};
use crate::keys;
use crate::place::Place;
use crate::ratios::Spread;
use crate::steady::{self, Latencies, Pace, authorize, exchange};

const KEYS: u32 = 1_000;
const PEOPLE: u32 = 200;
const TURNS: usize = 3;
const EMAIL: &str = "ada@example.com";
const PASSWORD: &str = "a password of the benchmark's own";

pub(crate) async fn measure(place: &Place) {
    place.has_keys(KEYS).await;
    let store = place.store().await;
    let database = place.url.parse().unwrap();
    create_user(&store, &database, place.workspace, &EMAIL.parse().unwrap(), PASSWORD).await.unwrap();
    place.postgres_gives_way();
    // Hashing is meant to leave half of the processors alone; on one there is no half.
    let server = Contender::server_on(ALL_CORES, place);
    // People and proxies have machines of their own: what this one's scheduler lets them wait is not the server's latency.
    let _first = GoesFirst::begin();
    let timed = Pace {
        address: server.address(),
        connections: 20,
        every: Duration::from_millis(1),
        request: good,
        status: "HTTP/1.1 200",
    };
    let (mut quiet, mut busy, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    let mut took = Duration::ZERO;
    for _ in 0..TURNS {
        let alone = steady::keep(timed.clone(), Duration::from_secs(4)).await;
        let (beside, all) =
            tokio::join!(steady::keep(timed.clone(), Duration::from_secs(4)), sign_in(&server));
        took = took.max(all);
        let p99 = |taken: &Vec<Duration>| Latencies::of(taken.clone()).per_mille(990);
        ratios.push(p99(&beside) / p99(&alone));
        quiet.extend(alone);
        busy.extend(beside);
    }
    println!("\n/authorize, 20,000 requests a second, while {PEOPLE} people sign in at once; {TURNS} turns");
    Latencies::of(quiet).print("nobody signs in");
    Latencies::of(busy).print("sign-ins at the same time");
    println!(
        "    p99, ratio: {}; at most 2 is wanted. All were signed in after {took:.1?} at the latest",
        Spread::of(ratios.into_iter())
    );
}

/// As long as it lives, this process has a processor whenever it wants one.
struct GoesFirst;

impl GoesFirst {
    fn begin() -> Self {
        let first = Self;
        stay_on(LOAD_CORE);
        assert!(schedule("--fifo", "1"), "chrt failed: it takes root");
        first
    }
}

impl Drop for GoesFirst {
    fn drop(&mut self) {
        if !schedule("--other", "0") {
            println!("this process goes on before all others");
        }
        stay_on(ALL_CORES);
    }
}

fn schedule(policy: &str, priority: &str) -> bool {
    let this = std::process::id().to_string();
    let done = Command::new("chrt").args(["--all-tasks", policy, "--pid", priority, &this]).status();
    done.is_ok_and(|status| status.success())
}

async fn sign_in(server: &Contender) -> Duration {
    let begun = std::time::Instant::now();
    let address = server.public_address();
    let mut people = JoinSet::new();
    for _ in 0..PEOPLE {
        people.spawn(async move {
            let mut connection = TcpStream::connect(address).await.unwrap();
            let body = format!(r#"{{"email":"{EMAIL}","password":"{PASSWORD}"}}"#);
            let length = body.len();
            let head = "POST /v1/auth/login HTTP/1.1\r\nHost: keys\r\nContent-Type: application/json\r\n";
            let answer =
                exchange(&mut connection, &format!("{head}Content-Length: {length}\r\n\r\n{body}")).await;
            assert!(answer.starts_with("HTTP/1.1 204"), "{answer}");
        });
    }
    people.join_all().await;
    begun.elapsed()
}

fn good(turn: u32) -> String {
    authorize(keys::key(turn % KEYS).expose())
}
