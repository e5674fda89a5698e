//! From the start of the process to the first verified request, with a million keys.

use std::time::{Duration, Instant};

use tokio::net::TcpStream;

use crate::contender::Contender;
use crate::keys;
use crate::place::Place;
use crate::ratios::Spread;
use crate::steady::{authorize, exchange};

const KEYS: u32 = 1_000_000;
const TURNS: usize = 3;

pub(crate) async fn measure(place: &Place) {
    place.has_keys(KEYS).await;
    let request = authorize(keys::key(KEYS - 1).expose());
    let (mut took, mut memory) = (Vec::new(), 0);
    for _ in 0..TURNS {
        let begun = Instant::now();
        let server = Contender::serving(place);
        let mut connection = TcpStream::connect(server.address()).await.unwrap();
        while !exchange(&mut connection, &request).await.starts_with("HTTP/1.1 200") {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        took.push(begun.elapsed().as_secs_f64());
        memory = server.resident_megabytes();
    }
    println!("\nA server that starts on {KEYS} keys, {TURNS} times");
    println!("  the first request is verified after {} s; at most 3 is wanted", Spread::of(took.into_iter()));
    println!("  memory of the whole process: {memory} MB");
}
