//! A million keys: how long a node takes to be ready, and what a key costs in memory.

use std::time::Instant;

use crate::place::{Place, create_key, workspace};

const KEYS: i64 = 1_000_000;

pub(crate) async fn measure(place: &Place) {
    let small = place.node().await;
    // So that the pepper is registered, and there is a workspace.
    create_key(&small.store, workspace(&small.store).await).await;
    let before = resident_bytes();
    let client = place.sql().await;
    // Behind the nodes' backs: a million changes are not what is measured here.
    client
        .batch_execute(&format!(
            "alter table api_keys disable trigger user;
             insert into api_keys (id, workspace_id, name, mode, prefix, pepper_id, digest, created_at)
             select gen_random_uuid(), (select id from workspaces limit 1), 'bulk', 'live', 'cha_live_bulkbul', 'p1',
                    sha256(number::text::bytea), clock_timestamp()
             from generate_series(1, {KEYS}) as number;
             alter table api_keys enable trigger user;
             analyze api_keys"
        ))
        .await
        .unwrap();
    let begun = Instant::now();
    let node = place.node().await;
    let took = begun.elapsed();
    let keys = node.store.node().status().keys;
    assert!(i64::try_from(keys).unwrap() >= KEYS, "{keys} keys");
    let grown = resident_bytes().saturating_sub(before);
    println!("\nA node that starts on {keys} keys");
    println!("  from connecting to ready: {took:.2?}");
    println!("  resident memory it added: {} bytes a key", grown / u64::try_from(keys).unwrap());
    node.stop().await;
    small.stop().await;
}

/// What the operating system has given to this process (proc(5)).
fn resident_bytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("Linux tells it");
    let kibibytes: u64 = line.trim().trim_end_matches(" kB").parse().unwrap();
    kibibytes * 1024
}
