//! Faults on real servers and a real PostgreSQL, and what they must never do.
//!
//! A **violation** is an accepted key in an answer to a request that began after the revoke had answered 204. Its
//! dual, a **false refusal**, is a 401 on a key that lives. Neither may happen, whatever crashes, pauses or is cut
//! off. A 503 is neither: the node says that it does not know.
//!
//! `just faults` runs many trials with three and with five nodes; `cargo test` a few with three.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking, and what was seen is worth reading (--nocapture)"
)]

mod chance;
mod cluster;
mod customer;
mod fault;
mod link;
mod live_keys;
mod moved_clock;
#[path = "../server/process.rs"]
#[expect(dead_code, reason = "shared with the other tests of the server")]
mod process;
#[path = "../server/running_server.rs"]
#[expect(dead_code, reason = "shared with the other tests of the server")]
mod running_server;
mod tally;
mod tight_spots;
mod trial;
mod variants;

use cluster::Cluster;
use fault::Fault;
use tally::Tally;

#[tokio::test(flavor = "multi_thread")]
async fn no_fault_lets_a_revoked_key_in_or_keeps_a_live_one_out() {
    let mut tallies = Vec::new();
    for nodes in numbers("FAULT_NODES", &[3]) {
        for fault in Fault::ALL {
            let tally = tried(fault, nodes, *numbers("FAULT_TRIALS", &[2]).first().unwrap()).await;
            println!("{tally}");
            tallies.push(tally);
        }
    }
    println!("\n{}", Tally::HEAD);
    for tally in &tallies {
        println!("{tally}");
    }
    for tally in &tallies {
        tally.must_be_clean();
    }
}

async fn tried(fault: Fault, nodes: usize, trials: usize) -> Tally {
    let mut cluster = Cluster::start(nodes, fault).await;
    let live = live_keys::LiveKeys::watch(&cluster).await;
    let mut tally = Tally::new(fault, nodes);
    for _ in 0..trials {
        trial::run(&mut cluster, fault, &mut tally).await;
    }
    tally.live = live.stop().await;
    tally
}

/// Whole numbers from the environment, as `just faults` sets them.
#[expect(clippy::disallowed_methods, reason = "a test's own knob, no setting of the product")]
fn numbers(variable: &str, usual: &[usize]) -> Vec<usize> {
    let given = std::env::var(variable).unwrap_or_default();
    let numbers: Vec<usize> = given.split_whitespace().map(|number| number.parse().unwrap()).collect();
    if numbers.is_empty() { usual.to_vec() } else { numbers }
}
