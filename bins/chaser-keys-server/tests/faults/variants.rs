//! Broken variants, which must be found out. The product has no switch for them: the test does without the one
//! part, or deceives the other.

use std::time::Duration;

use crate::cluster::Cluster;
use crate::customer::{Revoked, Verdict};
use crate::fault::Fault;
use crate::link::State;
use crate::tally::Tally;

const TRIALS: usize = 10;

#[tokio::test(flavor = "multi_thread")]
async fn without_the_barrier_violations_are_found() {
    let cluster = Cluster::start(3, Fault::None).await;
    let customer = cluster.customer.clone();
    let mut tally = Tally::new(Fault::NetworkDropped, 3);
    for _ in 0..TRIALS {
        cluster.until_well().await;
        let key = customer.create_key(&cluster.nodes[0].url).await;
        for node in &cluster.nodes {
            customer.until_accepted(&node.url, &key).await;
        }
        cluster.nodes[1].network(State::Dropped);
        // What a revoke commits, and no waiting for the nodes: "revoked" as soon as PostgreSQL says so.
        cluster
            .sql(&format!("update api_keys set revoked_at = clock_timestamp() where id = '{}'", key.id))
            .await;
        tally.answers(vec![customer.present(&cluster.nodes[1].url, &key).await]);
        cluster.nodes[1].network(State::Whole);
    }
    println!("without the barrier: {} violations in {TRIALS} trials", tally.violations());
    assert!(tally.violations() > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn with_a_lease_that_outlasts_the_wait_violations_are_found() {
    // The victim serves for a minute without PostgreSQL, and its row says that it is a second.
    let cluster = Cluster::start_with(3, Fault::None, |node| if node == 1 { "60s" } else { "1s" }).await;
    let customer = cluster.customer.clone();
    let mut violations = 0;
    for _ in 0..TRIALS / 3 {
        cluster.until_well().await;
        cluster.sql("update nodes set lease_ms = 1000").await;
        let key = customer.create_key(&cluster.nodes[0].url).await;
        for node in &cluster.nodes {
            customer.until_accepted(&node.url, &key).await;
        }
        // Until the others have read the forged rows.
        tokio::time::sleep(Duration::from_millis(1_200)).await;
        cluster.nodes[1].network(State::Dropped);
        assert_eq!(customer.revoke(&cluster.nodes[0].url, &key).await, Revoked::Yes);
        violations += usize::from(customer.present(&cluster.nodes[1].url, &key).await == Verdict::Accepted);
        cluster.nodes[1].network(State::Whole);
    }
    println!("with a lease that outlasts the wait: {violations} violations in {} trials", TRIALS / 3);
    assert!(violations > 0);
}
