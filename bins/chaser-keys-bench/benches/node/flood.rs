//! Good keys while 10,000 unknown ones a second are presented, beside quiet times.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use chaser_keys::{KeyMode, SecretEntropy, SecretKey};
use chaser_keys_storage::Store;
use tokio_postgres::Client;

use crate::place::{Place, create_key, workspace};
use crate::summary::{Summary, ratio};

const TURN: Duration = Duration::from_secs(4);
const TURNS: usize = 3;
/// Unknown keys presented at once, each millisecond.
const EACH_MILLISECOND: u64 = 10;

pub(crate) async fn measure(place: &Place) {
    let node = place.node().await;
    let workspace = workspace(&node.store).await;
    let key = create_key(&node.store, workspace).await.secret;
    let client = place.sql().await;
    let (mut quiet, mut flooded) = (Turns::default(), Turns::default());
    for _ in 0..TURNS {
        quiet.take(&node.store, &key, &client).await;
        let flood = Flood::start(&node.store);
        flooded.take(&node.store, &key, &client).await;
        flooded.unknown += flood.stop().await;
    }
    println!("\nGood keys, alone and beside a flood of unknown ones");
    let (quiet_latency, flooded_latency) = (
        Summary::of(std::mem::take(&mut quiet.latencies)),
        Summary::of(std::mem::take(&mut flooded.latencies)),
    );
    quiet_latency.print("  good keys, alone");
    flooded_latency.print("  good keys, beside the flood");
    println!(
        "  unknown keys answered: {:.0}/s; ratio of the p99 of good keys: {:.2}",
        flooded.each_second(flooded.unknown),
        ratio(flooded_latency.per_mille(990), quiet_latency.per_mille(990)),
    );
    println!(
        "  PostgreSQL's own count of transactions: {:.0}/s alone, {:.0}/s beside the flood (rounds: at most 200/s)",
        quiet.each_second(quiet.transactions),
        flooded.each_second(flooded.transactions),
    );
    node.stop().await;
}

#[derive(Default)]
struct Turns {
    latencies: Vec<Duration>,
    transactions: i64,
    unknown: i64,
    took: Duration,
}

impl Turns {
    /// A good key every half millisecond or so.
    /// The counts are read before and after, while the load goes on.
    async fn take(&mut self, store: &Store, key: &SecretKey, client: &Client) {
        let (turn, before) = (Instant::now(), transactions(client).await);
        let verifier = store.node().verifier();
        let begun = Instant::now();
        while begun.elapsed() < TURN {
            let asked = Instant::now();
            assert!(verifier.verify(key).await.unwrap().is_some());
            self.latencies.push(asked.elapsed());
            tokio::time::sleep(Duration::from_micros(500)).await;
        }
        self.transactions += transactions(client).await - before;
        self.took += turn.elapsed();
    }

    #[expect(clippy::cast_precision_loss, reason = "small numbers")]
    fn each_second(&self, count: i64) -> f64 {
        count as f64 / self.took.as_secs_f64()
    }
}

struct Flood {
    stop: Arc<AtomicBool>,
    answered: Arc<AtomicU64>,
    sending: tokio::task::JoinHandle<()>,
}

impl Flood {
    fn start(store: &Store) -> Self {
        let (stop, answered) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
        let sending = tokio::spawn(send(store.clone(), Arc::clone(&stop), Arc::clone(&answered)));
        Self { stop, answered, sending }
    }

    async fn stop(self) -> i64 {
        self.stop.store(true, Ordering::Relaxed);
        self.sending.await.unwrap();
        i64::try_from(self.answered.load(Ordering::Relaxed)).unwrap()
    }
}

async fn send(store: Store, stop: Arc<AtomicBool>, answered: Arc<AtomicU64>) {
    let mut ticks = tokio::time::interval(Duration::from_millis(1));
    let mut waiting = tokio::task::JoinSet::new();
    while !stop.load(Ordering::Relaxed) {
        ticks.tick().await;
        for _ in 0..EACH_MILLISECOND {
            let (verifier, answered) = (store.node().verifier(), Arc::clone(&answered));
            waiting.spawn(async move {
                let entropy = SecretEntropy::from_operating_system().unwrap();
                let unknown = SecretKey::from_entropy(KeyMode::Live, entropy);
                assert_eq!(verifier.verify(&unknown).await.unwrap(), None);
                answered.fetch_add(1, Ordering::Relaxed);
            });
        }
        while waiting.try_join_next().is_some() {}
    }
    waiting.join_all().await;
}

async fn transactions(client: &Client) -> i64 {
    // PostgreSQL publishes what other sessions did within a second.
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    let query = "select xact_commit + xact_rollback from pg_stat_database where datname = current_database()";
    client.query_one(query, &[]).await.unwrap().get(0)
}
