//! One trial: a key is made, something breaks, the key is revoked, and every node is asked about it.

use std::time::{Duration, Instant};

use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::chance;
use crate::cluster::Cluster;
use crate::customer::{Customer, Key, Verdict};
use crate::fault::Fault;
use crate::tally::Tally;

/// In bounded time, whatever happens.
const PATIENCE: Duration = Duration::from_secs(30);
/// Around the revoke, in either order.
const SPREAD: Duration = Duration::from_millis(300);

pub(crate) async fn run(cluster: &mut Cluster, fault: Fault, tally: &mut Tally) {
    cluster.until_well().await;
    let customer = cluster.customer.clone();
    let key = customer.create_key(&cluster.nodes[0].url).await;
    for node in &cluster.nodes {
        customer.until_accepted(&node.url, &key).await;
    }
    let victim = chance::below(cluster.nodes.len());
    let urls: Vec<String> = cluster.nodes.iter().map(|node| node.url.clone()).collect();
    let others: Vec<String> =
        (0..urls.len()).filter(|node| *node != victim).map(|node| urls[node].clone()).collect();

    // The first try goes to the victim, where that is the point.
    let first = if fault == Fault::RevokerKilled { urls[victim].clone() } else { others[0].clone() };
    let revoking = tokio::spawn(revoke(customer.clone(), first, others.clone(), key.clone()));
    let until_it_strikes = if fault == Fault::RevokerKilled { SPREAD / 60 } else { SPREAD };
    sleep(chance::up_to(until_it_strikes)).await;
    let aside = tokio::spawn(everyday_life(customer.clone(), others[others.len() - 1].clone()));
    fault.strike(cluster, victim).await;
    tally.revoked_in(revoking.await.unwrap());
    if fault.spares_the_others() {
        tally.everyday_life(aside.await.unwrap());
    }

    // From here on every accept is a violation: also by a node that wakes up only later, with the request in its socket.
    let asked = ask_all(&customer, cluster, &key);
    sleep(chance::up_to(SPREAD)).await;
    fault.mend(cluster, victim).await;
    tally.answers(asked.join_all().await);
    for _ in 0..3 {
        tally.answers(ask_all(&customer, cluster, &key).join_all().await);
        sleep(Duration::from_millis(50)).await;
    }
}

/// Revokes, however often it takes, and tells how long the call that was answered 204 took.
async fn revoke(customer: Customer, first: String, others: Vec<String>, key: Key) -> Duration {
    sleep(chance::up_to(SPREAD / 2)).await;
    let begun = Instant::now();
    for node in std::iter::once(&first).chain(others.iter().cycle()) {
        let call = Instant::now();
        if customer.revoke(node, &key).await {
            return call.elapsed();
        }
        assert!(begun.elapsed() < PATIENCE, "a revoke is answered in the end");
        sleep(Duration::from_millis(20)).await;
    }
    unreachable!("the nodes are asked in a circle")
}

/// Keys are made, listed and used on a node that nothing happens to. Tells how many of these failed.
async fn everyday_life(customer: Customer, node: String) -> usize {
    let mut failures = 0;
    for _ in 0..3 {
        match customer.try_create_key(&node).await {
            Some(key) => failures += usize::from(customer.present(&node, &key).await != Verdict::Accepted),
            None => failures += 1,
        }
        failures += usize::from(!customer.can_list(&node).await);
    }
    failures
}

fn ask_all(customer: &Customer, cluster: &Cluster, key: &Key) -> JoinSet<Verdict> {
    let mut asked = JoinSet::new();
    for node in &cluster.nodes {
        let (customer, url, key) = (customer.clone(), node.url.clone(), key.clone());
        asked.spawn(async move { customer.present(&url, &key).await });
    }
    asked
}
