//! Moments that chance hits too rarely: here they are brought about.

use std::time::{Duration, Instant};

use rustix::process::Signal;
use tokio::time::sleep;

use crate::cluster::{Cluster, WAIT};
use crate::customer::{Customer, Key, Revoked, Verdict};
use crate::fault::Fault;
use crate::link::State;
use crate::tally::MARGIN;

async fn known_key(cluster: &Cluster) -> Key {
    cluster.until_well().await;
    let key = cluster.customer.create_key(&cluster.nodes[0].url).await;
    for node in &cluster.nodes {
        cluster.customer.until_accepted(&node.url, &key).await;
    }
    key
}

async fn revoke_in_time(customer: &Customer, node: &str, key: &Key) {
    let begun = Instant::now();
    assert_eq!(customer.revoke(node, key).await, Revoked::Yes);
    assert!(begun.elapsed() <= WAIT + MARGIN, "{:?}", begun.elapsed());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_revoke_waits_like_the_first_whose_node_died_after_its_commit() {
    let cluster = Cluster::start(3, Fault::None).await;
    let customer = &cluster.customer;
    for _ in 0..3 {
        let key = known_key(&cluster).await;
        cluster.nodes[1].network(State::Dropped);
        // All that is left of the first.
        cluster
            .sql(&format!("update api_keys set revoked_at = clock_timestamp() where id = '{}'", key.id))
            .await;
        assert_eq!(customer.present(&cluster.nodes[1].url, &key).await, Verdict::Accepted);
        revoke_in_time(customer, &cluster.nodes[0].url, &key).await;
        assert_ne!(customer.present(&cluster.nodes[1].url, &key).await, Verdict::Accepted);
        cluster.nodes[1].network(State::Whole);
    }
}

/// Brings a node to where it has locked the key's row and has not heard of it yet, and stops it there.
async fn stopped_in_the_middle(stop: impl Fn(&Cluster), resume: impl Fn(&Cluster)) {
    let cluster = Cluster::start(3, Fault::None).await;
    let customer = &cluster.customer;
    let key = known_key(&cluster).await;
    let administrator = cluster.connect().await;
    let lock = format!("begin; select from api_keys where id = '{}' for update", key.id);
    administrator.batch_execute(&lock).await.unwrap();
    let revoking = {
        let (customer, url, key) = (customer.clone(), cluster.nodes[1].url.clone(), key.clone());
        tokio::spawn(async move { customer.revoke(&url, &key).await })
    };
    let waiting = "select count(*) from pg_locks where not granted";
    while cluster.connect().await.query_one(waiting, &[]).await.unwrap().get::<_, i64>(0) == 0 {
        sleep(Duration::from_millis(5)).await;
    }
    stop(&cluster);
    administrator.batch_execute("rollback").await.unwrap();
    sleep(Duration::from_millis(50)).await;

    revoke_in_time(customer, &cluster.nodes[0].url, &key).await;
    let asked = tokio::spawn({
        let (customer, url, key) = (customer.clone(), cluster.nodes[1].url.clone(), key.clone());
        async move { customer.present(&url, &key).await }
    });
    sleep(Duration::from_millis(100)).await;
    resume(&cluster);
    assert_ne!(asked.await.unwrap(), Verdict::Accepted);
    // Whatever it answers, it is true by then.
    revoking.await.unwrap();
    assert_ne!(customer.present(&cluster.nodes[1].url, &key).await, Verdict::Accepted);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_is_cut_off_in_the_middle_of_a_revoke_holds_up_no_other_revoke_of_the_key() {
    let network = |state| move |cluster: &Cluster| cluster.nodes[1].network(state);
    stopped_in_the_middle(network(State::Dropped), network(State::Whole)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_is_paused_in_the_middle_of_a_revoke_holds_up_no_other_revoke_of_the_key() {
    let signal = |signal| move |cluster: &Cluster| cluster.nodes[1].signal(signal);
    stopped_in_the_middle(signal(Signal::STOP), signal(Signal::CONT)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_grace_period_ends_by_the_clock_of_postgresql_on_nodes_that_are_an_hour_off() {
    let cluster = Cluster::start(3, Fault::ClockMoved).await;
    let customer = &cluster.customer;
    cluster.nodes[1].move_clock(3_600);
    cluster.nodes[2].move_clock(-3_600);
    cluster.until_in_another_hour(1, 7_200).await;
    let key = known_key(&cluster).await;
    customer.rotate(&cluster.nodes[2].url, &key).await;
    // Grace is counted in days; an operator shortens it.
    let shorten = "update api_keys set revoked_at = clock_timestamp() + interval '2 seconds' where id = ";
    cluster.sql(&format!("{shorten}'{}'", key.id)).await;
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_millis(1_500) {
        for node in &cluster.nodes {
            let verdict = customer.present(&node.url, &key).await;
            let is_early = begun.elapsed() < Duration::from_millis(1_900);
            assert!(!is_early || verdict == Verdict::Accepted, "{verdict:?} in grace");
        }
        sleep(Duration::from_millis(50)).await;
    }
    sleep(Duration::from_secs(2).saturating_sub(begun.elapsed()) + Duration::from_millis(20)).await;
    for node in &cluster.nodes {
        assert_eq!(customer.present(&node.url, &key).await, Verdict::Refused);
    }
}
