//! Requests at a steady pace, each on time whatever became of the others: unlike wrk, one slow answer does not make
//! the load any lighter, and one kind of request can be told from another.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval};

/// Some connections that send the same request over and over.
#[derive(Clone)]
pub(crate) struct Pace {
    pub(crate) address: SocketAddr,
    pub(crate) connections: u32,
    pub(crate) every: Duration,
    /// Of each connection.
    pub(crate) request: fn(u32) -> String,
    pub(crate) status: &'static str,
}

/// How long each answer took.
pub(crate) async fn keep(pace: Pace, time: Duration) -> Vec<Duration> {
    let mut clients = JoinSet::new();
    for number in 0..pace.connections {
        clients.spawn(one(pace.clone(), number, time));
    }
    clients.join_all().await.concat()
}

async fn one(pace: Pace, number: u32, time: Duration) -> Vec<Duration> {
    let mut connection = TcpStream::connect(pace.address).await.unwrap();
    connection.set_nodelay(true).unwrap();
    // Not all at the same moment.
    tokio::time::sleep(pace.every * number / pace.connections).await;
    let mut ticks = interval(pace.every);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
    let (begun, mut taken, mut turn) = (Instant::now(), Vec::new(), number);
    while begun.elapsed() < time {
        ticks.tick().await;
        let request = (pace.request)(turn);
        turn = turn.wrapping_add(pace.connections);
        let asked = Instant::now();
        let answer = exchange(&mut connection, &request).await;
        taken.push(asked.elapsed());
        assert!(answer.starts_with(pace.status), "{answer}");
    }
    taken
}

/// One request and its whole answer.
pub(crate) async fn exchange(connection: &mut TcpStream, request: &str) -> String {
    connection.write_all(request.as_bytes()).await.unwrap();
    let (mut answer, mut length) = (Vec::with_capacity(1024), None);
    while length.is_none_or(|length| answer.len() < length) {
        assert!(connection.read_buf(&mut answer).await.unwrap() > 0, "the connection was closed");
        length = length.or_else(|| whole_length(&answer));
    }
    String::from_utf8(answer).unwrap()
}

/// How long an answer is in all, once its head is there.
fn whole_length(answer: &[u8]) -> Option<usize> {
    let head = answer.windows(4).position(|end| end == b"\r\n\r\n")? + 4;
    let text = std::str::from_utf8(&answer[..head]).unwrap();
    let body = text.lines().find_map(|line| line.strip_prefix("content-length: "));
    Some(head + body.map_or(0, |length| length.parse().unwrap()))
}

/// A request to `/authorize`.
pub(crate) fn authorize(key: &str) -> String {
    format!("GET /authorize HTTP/1.1\r\nHost: auth\r\nAuthorization: Bearer {key}\r\n\r\n")
}

/// Percentiles of what answers took.
pub(crate) struct Latencies(Vec<Duration>);

impl Latencies {
    pub(crate) fn of(mut taken: Vec<Duration>) -> Self {
        taken.sort_unstable();
        Self(taken)
    }

    /// The value below which so many thousandths lie, in microseconds.
    pub(crate) fn per_mille(&self, thousandths: usize) -> f64 {
        let place = (self.0.len() * thousandths / 1_000).min(self.0.len() - 1);
        self.0[place].as_secs_f64() * 1e6
    }

    pub(crate) fn print(&self, name: &str) {
        println!(
            "  {name:<44} p50 {:>6.0} µs  p99 {:>6.0} µs  p99.9 {:>6.0} µs  n {}",
            self.per_mille(500),
            self.per_mille(990),
            self.per_mille(999),
            self.0.len()
        );
    }
}
