//! One trial: a key is made, something breaks, the key is revoked, and every node is asked about it.

use std::time::{Duration, Instant};

use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::chance;
use crate::cluster::Cluster;
use crate::customer::{Customer, Key, Revoked, Verdict};
use crate::fault::Fault;
use crate::tally::Tally;

/// In bounded time, whatever happens.
const PATIENCE: Duration = Duration::from_secs(30);
/// Around the revoke, in either order.
const SPREAD: Duration = Duration::from_millis(300);
/// About as long as a revoke takes here without a fault.
const A_REVOKE: Duration = Duration::from_millis(25);
/// What nothing happens to answers as fast as ever; a machine that has other things to do is given this long.
const AS_EVER: Duration = Duration::from_secs(1);

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

    // The first try goes to the victim, where that is the point; then it strikes in the middle.
    let is_aimed = fault == Fault::RevokerKilled;
    let first = if is_aimed { urls[victim].clone() } else { others[0].clone() };
    let lead = if is_aimed { Duration::ZERO } else { chance::up_to(SPREAD / 2) };
    let revoking = tokio::spawn(revoke(customer.clone(), lead, first, others.clone(), key.clone()));
    sleep(chance::up_to(if is_aimed { A_REVOKE } else { SPREAD })).await;
    let aside = tokio::spawn(everyday_life(customer.clone(), others[others.len() - 1].clone()));
    fault.strike(cluster, victim).await;
    let (took, interrupted) = revoking.await.unwrap();
    tally.revoked_in(took, interrupted);
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

/// Revokes, however often it takes. Tells how long the call that was answered 204 took, and how many were interrupted.
async fn revoke(
    customer: Customer,
    lead: Duration,
    first: String,
    others: Vec<String>,
    key: Key,
) -> (Duration, usize) {
    sleep(lead).await;
    let (begun, mut interrupted) = (Instant::now(), 0);
    for node in std::iter::once(&first).chain(others.iter().cycle()) {
        let call = Instant::now();
        match customer.revoke(node, &key).await {
            Revoked::Yes => return (call.elapsed(), interrupted),
            Revoked::Interrupted => interrupted += 1,
            Revoked::No => {}
        }
        assert!(begun.elapsed() < PATIENCE, "a revoke is answered in the end");
        sleep(Duration::from_millis(20)).await;
    }
    unreachable!("the nodes are asked in a circle")
}

/// Keys are made, listed and used on a node that nothing happens to. Tells how many of these failed, or took long.
async fn everyday_life(customer: Customer, node: String) -> usize {
    let mut disturbed = 0;
    for _ in 0..3 {
        let key = undisturbed(customer.try_create_key(&node)).await.flatten();
        disturbed += usize::from(key.is_none());
        if let Some(key) = key {
            let verdict = undisturbed(customer.present(&node, &key)).await;
            disturbed += usize::from(verdict != Some(Verdict::Accepted));
        }
        disturbed += usize::from(undisturbed(customer.can_list(&node)).await != Some(true));
    }
    disturbed
}

async fn undisturbed<T>(call: impl Future<Output = T>) -> Option<T> {
    tokio::time::timeout(AS_EVER, call).await.ok()
}

fn ask_all(customer: &Customer, cluster: &Cluster, key: &Key) -> JoinSet<Verdict> {
    let mut asked = JoinSet::new();
    for node in &cluster.nodes {
        let (customer, url, key) = (customer.clone(), node.url.clone(), key.clone());
        asked.spawn(async move { customer.present(&url, &key).await });
    }
    asked
}
