//! Whatever requests share a connection, and however they are cut into packets, each has its answer in its place.

use std::net::SocketAddr;
use std::time::Duration;

use futures_util::future::join_all;
use tokio::time::sleep;
use uuid::Uuid;

use crate::support::{CreatedKey, RawAnswer, RawConnection, TestApp};

const UNKNOWN: &str = "cha_live_UDA2HG67cZ5GR8sQf66LUAhyQ8sMMTLDrqtaJ_r9UoQ";

/// Marsaglia's xorshift: enough for dice, and the same for the same seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, number: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap() % number
    }
}

/// Requests for one connection, and status and id of each answer.
struct Mix {
    requests: String,
    expected: Vec<(u16, String)>,
}

impl Mix {
    /// The last request ends the connection.
    fn roll(dice: &mut Dice, key: &str) -> Self {
        let mut mix = Self { requests: String::new(), expected: Vec::new() };
        // In every other mix there is nothing that needs the framework but what it refuses.
        let (kinds, last) = if dice.below(2) == 0 { (12, 100 + dice.below(2)) } else { (18, 100) };
        for _ in 0..=dice.below(40) {
            mix.add(dice.below(kinds), key);
        }
        mix.add(last, key);
        mix
    }

    fn add(&mut self, kind: usize, key: &str) {
        let id = format!("r{}", self.expected.len());
        let (status, url, secret, more) = match kind {
            8 | 9 => (401, "/authorize", UNKNOWN, ""),
            10 => (401, "/authorize/x", "malformed", "Content-Length: 0\r\n"),
            11 => (401, "/authorize?x", "", ""),
            12 => (200, "/healthz", key, ""),
            13 => (404, "/nothing", key, ""),
            14 => (200, "/authorize", key, "Transfer-Encoding: chunked\r\n\r\n5\r\nGET /\r\n0\r\n"),
            15 => (401, "/authorize", UNKNOWN, "Transfer-Encoding: chunked\r\n\r\n5\r\nGET /\r\n0\r\n"),
            16 => (200, "/authorize", key, "Connection: keep-alive\r\n"),
            17 => (401, "/authorize", UNKNOWN, "Upgrade: x\r\n"),
            100 => (200, "/authorize", key, "Connection: close\r\n"),
            101 => (400, "/authorize", key, "Host: b\r\n"),
            _ => (200, "/authorize", key, ""),
        };
        let request = format!(
            "GET {url} HTTP/1.1\r\nHost: a\r\nX-Request-Id: {id}\r\nAuthorization: Bearer {secret}\r\n{more}\r\n"
        );
        self.requests += &request;
        self.expected.push((status, id));
    }

    /// Sends it in pieces that end anywhere.
    async fn told(&self, address: SocketAddr, dice: &mut Dice) -> Vec<(u16, String)> {
        let mut connection = RawConnection::open(address).await;
        let mut rest = self.requests.as_bytes();
        while !rest.is_empty() {
            let longest = [1, 20, 400, 5_000][dice.below(4)];
            let (piece, after) = rest.split_at(rest.len().min(1 + dice.below(longest)));
            connection.send(piece).await;
            if dice.below(3) == 0 {
                sleep(Duration::from_micros(500)).await;
            }
            rest = after;
        }
        let answers = connection.read_to_end().await;
        let id = |answer: &RawAnswer| answer.header("x-request-id").unwrap().to_owned();
        answers.iter().map(|answer| (answer.status, id(answer))).collect()
    }
}

#[tokio::test]
async fn however_requests_are_mixed_and_cut_their_answers_keep_the_order() {
    let app = TestApp::start().await;
    let CreatedKey { id, secret: key } = app.create_key("ci").await;
    let first = Uuid::new_v4().as_u64_pair().0 | 1;
    let mixes = (0..100).map(|number| {
        let mut dice = Dice(first.wrapping_add(2 * number));
        let (seed, internal, key) = (dice.0, app.internal, &key);
        async move {
            let mix = Mix::roll(&mut dice, key);
            let mut told = mix.told(internal, &mut dice).await;
            if let Some((400, id)) = told.last_mut() {
                // What cannot be read has no id of the client's.
                *id = mix.expected.last().unwrap().1.clone();
            }
            assert_eq!(told, mix.expected, "seed {seed}: {}", mix.requests);
            told.iter().filter(|(status, _)| *status == 200).count()
                - mix.requests.matches("/healthz").count()
        }
    });
    let good: usize = join_all(mixes).await.into_iter().sum();
    assert_eq!(app.counted(&id).await, good);
}

#[tokio::test]
async fn a_request_may_be_cut_anywhere() {
    let app = TestApp::start().await;
    let key = app.create_key("ci").await.secret;
    let mut mix = Mix { requests: String::new(), expected: Vec::new() };
    for kind in [0, 8, 0, 100] {
        mix.add(kind, &key);
    }
    let sent_in_two = async |cut: usize| {
        let mut connection = RawConnection::open(app.internal).await;
        let (before, after) = mix.requests.split_at(cut);
        connection.send(before).await;
        sleep(Duration::from_millis(10)).await;
        connection.send(after).await;
        let statuses: Vec<_> = connection.read_to_end().await.iter().map(|answer| answer.status).collect();
        assert_eq!(statuses, [200, 401, 200, 200], "cut at {cut}");
    };
    let cuts: Vec<_> = (0..=mix.requests.len()).collect();
    // No more at once than the listener lets wait.
    for some in cuts.chunks(50) {
        join_all(some.iter().map(|cut| sent_in_two(*cut))).await;
    }
}
